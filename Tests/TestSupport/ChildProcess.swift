internal import CLinux
internal import Glibc
internal import Synchronization

/// A program that a test needs beside it. Its end is taken notice of at once, also where nobody waits for it: a process that
/// has ended and was not waited for keeps Swift Testing from seeing the ends of its exit tests.
public struct ChildProcess: Sendable {
  /// The system's number for it.
  public let id: Int32
  private let reaper: Reaper

  private init(id: pid_t) {
    self.id = id
    reaper = Reaper(id)
  }

  /// The program could not be started, or failed.
  public struct Failure: Error, CustomStringConvertible {
    /// What happened.
    public let description: String

    /// A failure in these words.
    public init(_ description: String) {
      self.description = description
    }
  }

  /// Starts a program found on PATH. `input` becomes its standard input; all that it prints goes to the file `log`; it has
  /// no other descriptor.
  public static func start(
    _ arguments: [String], input: Int32? = nil, log: String = "/dev/null"
  ) throws -> ChildProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) }
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o666)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // What else is open here belongs to the tests beside this one.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    // The threads of Swift's pool block all signals, which a child would inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let words = arguments.map { strdup($0) }
    defer { for word in words { free(word) } }
    var id: pid_t = 0
    let error = posix_spawnp(&id, arguments[0], &actions, &attributes, words + [nil], environ)
    guard error == 0 else { throw Failure("\(arguments[0]): \(String(cString: strerror(error)))") }
    return ChildProcess(id: id)
  }

  /// Waits for its end and returns its exit status; 128 and more for a signal. Blocks the thread, for five minutes at most:
  /// then it is killed.
  @discardableResult
  public func wait() -> Int32 {
    let status = reaper.wait()
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }

  /// Runs a program to its end. Throws unless it exits with 0.
  public static func run(_ arguments: [String], log: String = "/dev/null") throws {
    let status = try start(arguments, log: log).wait()
    guard status == 0 else { throw Failure("\(arguments.joined(separator: " ")): status \(status)") }
  }
}

/// Waits for a process in a thread of its own.
///
/// Unchecked: the semaphore is the system's, and has an address of its own.
private final class Reaper: @unchecked Sendable {
  private let status = Atomic<Int32>(0)
  private let hasEnded = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  private let process: pid_t

  init(_ process: pid_t) {
    self.process = process
    sem_init(hasEnded, 0, 0)
    var thread = pthread_t()
    // Unsafe: the thread takes over the one reference that is retained for it.
    let context = Unmanaged.passRetained(self).toOpaque()
    let error = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Reaper>.fromOpaque(context).takeRetainedValue().reap() }
        return nil
      }, context)
    precondition(error == 0, "pthread_create: \(error)")
    pthread_detach(thread)
  }

  private func reap() {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    self.status.store(status, ordering: .releasing)
    sem_post(hasEnded)
  }

  /// The state of wait(2), as often as it is asked for. A process that does not end in five minutes is killed.
  func wait() -> Int32 {
    var limit = timespec()
    clock_gettime(CLOCK_REALTIME, &limit)
    limit.tv_sec += 300
    while sem_timedwait(hasEnded, &limit) < 0 {
      guard errno == ETIMEDOUT else { continue }
      kill(process, SIGKILL)
      limit.tv_sec += 300
    }
    sem_post(hasEnded)
    return status.load(ordering: .acquiring)
  }

  deinit {
    sem_destroy(hasEnded)
    hasEnded.deallocate()
  }
}
