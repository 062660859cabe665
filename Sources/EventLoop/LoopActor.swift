internal import Glibc
internal import Synchronization

/// The isolation of everything that belongs to the loop's thread; the compiler checks it.
@globalActor public actor LoopActor {
  /// The actor; it has no state of its own.
  public static let shared = LoopActor()

  /// Every isolated function runs on the loop's thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    EventLoop.main.asUnownedSerialExecutor()
  }

  /// Runs `body` as isolated code. Stops the program when the calling thread is not the loop's.
  public static func assumeIsolated<Result>(_ body: @LoopActor () throws -> Result) rethrows -> Result {
    EventLoop.main.checkIsolated()
    return try withoutActuallyEscaping(body) {
      // Isolation is no part of a function's representation; the standard library's MainActor does the same.
      try unsafeBitCast($0, to: (() throws -> Result).self)()
    }
  }
}

extension EventLoop {
  /// Takes a task's next piece of work. From the loop's own thread it is an append; another thread (a name being
  /// resolved, a test) goes through a lock and wakes the loop.
  public func enqueue(_ job: consuming ExecutorJob) {
    enqueue(UnownedJob(job))
  }

  fileprivate func enqueue(_ job: UnownedJob) {
    if isOnLoop { return jobs.append(job) }
    inbox.withLock { $0.append(job) }
    var one: UInt64 = 1
    _ = write(doorbell, &one, 8)
  }

  /// The runtime asks before it gives up with "incorrect actor executor assumption".
  public func checkIsolated() {
    precondition(isOnLoop, "called outside of the event loop's thread")
  }

  /// Whether the caller runs on the loop's thread.
  public func isIsolatingCurrentContext() -> Bool? {
    isOnLoop
  }

  private var isOnLoop: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }
}

/// For the runtime's hook: a job that names no executor. Public only because the linker exports no others.
///
/// Unsafe because the hook speaks C: a job is a pointer there, and `UnownedJob` is that pointer.
@c(event_loop_enqueue) public func eventLoopEnqueue(_ job: UnsafeMutableRawPointer?) {
  if let job { EventLoop.main.enqueue(unsafeBitCast(job, to: UnownedJob.self)) }
}
