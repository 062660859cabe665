internal import CLinux
internal import CSwiftRuntime
internal import Glibc
internal import Synchronization

/// What the loop tells about a watched descriptor.
public protocol EventHandler: AnyObject {
  /// The descriptor is ready; called once a turn, as long as it is (but see ``Readiness/once``).
  @LoopActor func ready(_ readiness: Readiness)
}

/// Who gathers during a turn of the loop; see ``EventLoop/callAtEndOfTurn(_:)``.
public protocol TurnHandler: AnyObject {
  /// Every task that could run in this turn has run.
  @LoopActor func turnEnded()
}

/// The one loop of the process: it waits for descriptors, deadlines and signals, and it is the executor that runs
/// every Swift task, all on the one thread that called ``run(alone:_:)``.
///
/// A turn is: wait, tell the handlers, run deadlines that passed, run tasks until none is ready, then let
/// handlers send what has gathered (``callAtEndOfTurn(_:)``). That order is what makes batches: all requests that
/// arrived together reach the database in one write.
///
/// Unchecked: all mutable state belongs to the loop's thread, but for `inbox`, which has a lock.
public final class EventLoop: SerialExecutor, @unchecked Sendable {
  /// The loop that ``LoopActor`` stands for.
  public static let main = EventLoop()

  private struct Watch {
    var handler: (any EventHandler)?
    var generation: UInt32 = 0
  }

  private let poller = Poller()
  /// Indexed by descriptor.
  private var watches: [Watch] = []
  private var deadlines = DeadlineHeap<@LoopActor () -> Void>()
  private var turnEnds: [any TurnHandler] = []
  private var ending: [any TurnHandler] = []
  private var stopped = false
  private var time = MonotonicTime.now()

  var jobs: [UnownedJob] = []
  private var running: [UnownedJob] = []
  let thread = Atomic<UInt>(0)
  let inbox = Mutex<[UnownedJob]>([])
  /// An eventfd; written when another thread has put a job into `inbox`.
  let doorbell: Int32

  private init() {
    doorbell = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    precondition(doorbell >= 0, "eventfd: \(errno)")
    _ = poller.add(doorbell, .readable, tag: .max)
  }

  /// Runs the loop on the calling thread, with `first` as its first task, until ``stop()``.
  ///
  /// Unless it is not `alone`, the loop also runs what names no executor. A continuation that is resumed is among that:
  /// the runtime wakes a thread of Dispatch's with it, only for it to come back here. That is slower, and else the same;
  /// a process in which others run tasks as well, as tests do, says false.
  ///
  /// Throws where the loop was to be alone and does not get what names no executor.
  public func run(
    alone: Bool = true, _ first: @escaping @LoopActor @Sendable () async -> Void
  ) throws(UnhookedRuntime) {
    if alone { hand_tasks_to_event_loop() }
    thread.store(UInt(pthread_self()), ordering: .relaxed)
    if alone, !LoopActor.assumeIsolated({ takesTasks() }) { throw UnhookedRuntime() }
    stopped = false
    start(first)
    LoopActor.assumeIsolated {
      while !stopped { turn() }
    }
  }

  /// Whether a task that names no executor comes here, and at once.
  @LoopActor func takesTasks() -> Bool {
    let count = jobs.count
    Task.detached {}
    return jobs.count > count
  }

  /// Starts a task that stays on the loop.
  @discardableResult
  public func start(_ body: @escaping @LoopActor @Sendable () async -> Void) -> Task<Void, Never> {
    Task { @LoopActor in await body() }
  }

  /// Ends ``run(alone:_:)`` after this turn.
  @LoopActor public func stop() {
    stopped = true
  }

  /// The time at which this turn began; costs nothing to read.
  @LoopActor public var now: MonotonicTime { time }

  // MARK: Descriptors

  /// Watches a descriptor until ``ignore(_:)``; the loop keeps the handler alive. A second call for the same
  /// descriptor changes what it is watched for. Throws `LoopError` where epoll refuses the descriptor.
  @LoopActor public func watch(
    _ descriptor: Int32, for interest: Readiness, _ handler: any EventHandler
  ) throws(LoopError) {
    guard descriptor >= 0 else { throw LoopError(errno: EBADF) }
    let index = Int(descriptor)
    while watches.count <= index { watches.append(Watch()) }
    let isNew = watches[index].handler == nil
    if isNew { watches[index].generation &+= 1 }
    let tag = UInt64(watches[index].generation) << 32 | UInt64(descriptor)
    let error = isNew ? poller.add(descriptor, interest, tag: tag) : poller.modify(descriptor, interest, tag: tag)
    guard error == 0 else { throw LoopError(errno: error) }
    watches[index].handler = handler
  }

  /// Ends the watch; call it before the descriptor is closed, since its number may be reused at once.
  @LoopActor public func ignore(_ descriptor: Int32) {
    guard descriptor >= 0, descriptor < watches.count, watches[Int(descriptor)].handler != nil else { return }
    watches[Int(descriptor)].handler = nil
    poller.remove(descriptor)
  }

  // MARK: Time

  /// Calls `action` once, `delay` from now, unless ``cancel(_:)`` comes first.
  @LoopActor public func schedule(after delay: Duration, _ action: @escaping @LoopActor () -> Void) -> Deadline {
    schedule(at: MonotonicTime.now() + delay, action)
  }

  /// Calls `action` once, at this time, unless ``cancel(_:)`` comes first.
  @LoopActor public func schedule(at time: MonotonicTime, _ action: @escaping @LoopActor () -> Void) -> Deadline {
    deadlines.add(action, at: time)
  }

  /// Does nothing if the deadline has passed or was cancelled before.
  @LoopActor public func cancel(_ deadline: Deadline) {
    deadlines.cancel(deadline)
  }

  /// Suspends the task for `delay`. The loop's own: `Task.sleep` would bring in Dispatch and its threads.
  @LoopActor public func sleep(for delay: Duration) async {
    await withUnsafeContinuation { continuation in
      _ = schedule(after: delay) { continuation.resume() }
    }
  }

  /// Calls `handler.turnEnded()` when no task of this turn can run any more. The caller asks at most once a turn.
  @LoopActor public func callAtEndOfTurn(_ handler: any TurnHandler) {
    turnEnds.append(handler)
  }

  // MARK: One turn

  @LoopActor private func turn() {
    runJobs()
    endTurn()
    poller.wait(nanoseconds: waitTime()) { tag, readiness in deliver(tag, readiness) }
    time = .now()
    while let action = deadlines.popPassed(at: time) { action() }
  }

  /// Runs tasks until none is ready, but no more than 64 rounds: tasks that only yield must not starve the sockets.
  @LoopActor private func runJobs() {
    var rounds = 0
    while !jobs.isEmpty, rounds < 64 {
      swap(&jobs, &running)
      for job in running { job.runSynchronously(on: asUnownedSerialExecutor()) }
      running.removeAll(keepingCapacity: true)
      rounds += 1
    }
  }

  /// Twice, because what ends may ask others to end: keys that have gathered become a statement on a connection.
  @LoopActor private func endTurn() {
    for _ in 0..<2 where !turnEnds.isEmpty {
      swap(&turnEnds, &ending)
      for handler in ending { handler.turnEnded() }
      ending.removeAll(keepingCapacity: true)
    }
  }

  /// Nanoseconds until the next deadline; -1 without one.
  @LoopActor private func waitTime() -> Int64 {
    if !jobs.isEmpty || !turnEnds.isEmpty || stopped { return 0 }
    guard let earliest = deadlines.earliest else { return -1 }
    // Not by way of a Duration, which counts attoseconds and has to divide by a billion.
    return max(0, earliest.nanoseconds.subtractingReportingOverflow(MonotonicTime.now().nanoseconds).partialValue)
  }

  @LoopActor private func deliver(_ tag: UInt64, _ readiness: Readiness) {
    if tag == .max { return answerDoorbell() }
    let index = Int(tag & 0xFFFF_FFFF)
    // An earlier handler of this turn may have closed the descriptor and another opened under its number.
    guard let handler = watches[index].handler, watches[index].generation == UInt32(tag >> 32) else { return }
    handler.ready(readiness)
  }

  @LoopActor private func answerDoorbell() {
    var count: UInt64 = 0
    _ = read(doorbell, &count, 8)
    jobs.append(
      contentsOf: inbox.withLock { inbox in
        defer { inbox.removeAll() }
        return inbox
      })
  }
}

/// The system refused an operation of the loop.
public struct LoopError: Error, Hashable, Sendable {
  /// The system's error number.
  public let errno: Int32
}

/// Swift's concurrency runtime does not call the hook by which this program brings its own executor.
public struct UnhookedRuntime: Error, CustomStringConvertible {
  /// One line of English that says what to do.
  public var description: String {
    """
    Swift's runtime does not hand its tasks to this program's event loop (swift_task_enqueueGlobal_hook); link it with the \
    runtime of the toolchain that builds it (--static-swift-stdlib)
    """
  }
}
