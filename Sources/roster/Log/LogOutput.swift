internal import EventLoop
internal import Glibc
internal import Logging

/// A descriptor that takes the lines of the log without anybody waiting for whoever reads them, or for a disk that hangs.
///
/// What can be tried is tried where the line comes up. What cannot (a file: nothing says whether a write will wait) or was
/// refused for want of room, a thread writes, which may wait; it is started when it is first needed.
///
/// Unchecked: all that changes is used with the lock held, or changes before there is a second thread.
final class LogOutput: @unchecked Sendable {
  /// File descriptor 2.
  static let standardError = LogOutput(STDERR_FILENO, .waiting)

  /// How the thread that has a line writes it.
  enum Manner {
    /// As any program that has nothing else to do: by write(2), however long that takes.
    case waiting
    /// By write(2), on a descriptor that does not block.
    case trying
    /// By send(2), which can be told not to wait without a change to a socket that others use as well.
    case sending
    /// Not at all.
    case handingOver
  }

  /// How long the end of the process waits for what is not written yet.
  private static let longestEnd = Duration.seconds(1)

  private let descriptor: Int32
  private var manner: Manner
  /// Of the file that has taken the descriptor's place.
  private var path: String?
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// Something is there to be written, or nothing is any more.
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private lazy var backlog = LogBacklog { [unowned self] count in
    LogEntry(level: .warning, message: "\(count) lines of the log are missing here: nobody took them in time")
      .line(appearance.layout)
  }
  private var appearance: LogAppearance
  /// What the thread is to write, or is writing: the rest of what was taken from the backlog.
  private var rest: [UInt8] = []
  private var hasThread = false

  init(_ descriptor: Int32, _ manner: Manner) {
    (self.descriptor, self.manner) = (descriptor, manner)
    appearance = LogAppearance(descriptor)
    pthread_mutex_init(lock, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  // MARK: A descriptor that does not block

  /// For a process that serves: from now on no line waits, and what is not written yet when it ends is given a second.
  ///
  /// A pipe or a terminal is opened anew, so that those with whom it is shared keep it as it is. Where that is not permitted
  /// (another user's) there is the thread.
  func stopWaiting() {
    manner = Self.canBeTried(descriptor)
    atexit { LogOutput.standardError.finish() }
  }

  private static func canBeTried(_ descriptor: Int32) -> Manner {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .waiting }  // it refuses at once
    switch status.st_mode & S_IFMT {
    case S_IFSOCK: return .sending
    case S_IFIFO, S_IFCHR: return doesNotBlock(descriptor) || reopen(descriptor) ? .trying : .handingOver
    default: return .handingOver
    }
  }

  private static func doesNotBlock(_ descriptor: Int32) -> Bool { fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0 }

  /// Whether the descriptor has become one of this process and of those that it starts, which does not block.
  private static func reopen(_ descriptor: Int32) -> Bool {
    let own = Glibc.open("/proc/self/fd/\(descriptor)", O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard own >= 0 else { return false }
    defer { close(own) }
    return dup2(own, descriptor) == descriptor
  }

  // MARK: A file in the descriptor's place

  /// A file of a log cannot be opened.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let errno: Int32
    var description: String {
      let reason = errno == ELOOP ? "a link, which is not followed" : String(cString: strerror(errno))
      return "\(path): the log cannot be written there: \(reason)"
    }
  }

  /// Puts a file in the descriptor's place, for this process and those that it starts from now on. It is made where there is
  /// none, and written at its end.
  func open(_ path: String) throws(Failure) {
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    let file = Glibc.open(path, flags, 0o640)
    guard file >= 0 else { throw Failure(path: path, errno: errno) }
    defer { close(file) }
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    guard dup2(file, descriptor) == descriptor else { throw Failure(path: path, errno: errno) }
    self.path = path
    appearance.look(descriptor)
    if manner != .waiting { manner = Self.canBeTried(descriptor) }
  }

  /// Opens the file again, if there is one: what was moved away keeps what it has, and gets nothing more.
  func openAgain() throws(Failure) {
    if let path { try open(path) }
  }

  // MARK: Writing

  /// Writes what there is to tell, in this format; nil is that of the latest line.
  func write(_ entry: LogEntry, as format: LogFormat? = nil) {
    write(entry.line(layout(format)), isCritical: entry.level == .critical)
  }

  /// Writes why the process ends. People who have started it see its name before that.
  func write(lastWords reason: String) {
    let (layout, entry) = (layout(), LogEntry(level: .critical, message: reason))
    write(layout == .text ? Array("roster: \(reason)\n".utf8) : entry.line(layout), isCritical: true)
  }

  /// What lines look like from now on.
  @discardableResult func layout(_ format: LogFormat? = nil) -> LogLayout {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    if let format { appearance.format = format }
    return appearance.layout
  }

  /// Writes a line, which has its end, or has it written. A critical one finds room where others no longer do.
  func write(_ line: [UInt8], isCritical: Bool = false) {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    backlog.add(line, isCritical: isCritical)
    while rest.isEmpty, let chunk = backlog.next() { write(chunk) }
  }

  /// How many lines were dropped, ever.
  var dropped: Int {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return backlog.dropped
  }

  private func write(_ chunk: [UInt8]) {
    let count =
      switch manner {
      case .waiting: writeWaiting(chunk) ? chunk.count : -1
      case .trying: Glibc.write(descriptor, chunk, chunk.count)
      case .sending: send(descriptor, chunk, chunk.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
      case .handingOver: 0
      }
    if count == chunk.count { return backlog.written() }
    guard count >= 0 || errno == EAGAIN || errno == EINTR, startThread() else { return backlog.failed() }
    rest = Array(chunk.dropFirst(max(count, 0)))
    pthread_cond_broadcast(changed)
  }

  /// Waits until everything is written, but not for long: for the end of the process.
  private func finish() {
    let end = MonotonicTime.now() + Self.longestEnd
    var time = timespec(tv_sec: Int(end.nanoseconds / 1_000_000_000), tv_nsec: Int(end.nanoseconds % 1_000_000_000))
    pthread_mutex_lock(lock)
    while !rest.isEmpty, pthread_cond_timedwait(changed, lock, &time) == 0 {}
    pthread_mutex_unlock(lock)
  }

  // MARK: The thread

  /// Whether there is a thread. It is no receiver of signals, all of which are the loop's.
  private func startThread() -> Bool {
    if hasThread { return true }
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    // Unsafe: the thread takes over the one reference that is retained for it.
    let context = Unmanaged.passRetained(self)
    let error = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<LogOutput>.fromOpaque(context).takeRetainedValue().writeForEver() }
        return nil
      }, context.toOpaque())
    guard error == 0 else {
      context.release()
      return false
    }
    pthread_detach(thread)
    hasThread = true
    return true
  }

  private func writeForEver() {
    pthread_mutex_lock(lock)
    while true {
      while rest.isEmpty { pthread_cond_wait(changed, lock) }
      let bytes = rest
      pthread_mutex_unlock(lock)
      let isWritten = writeWaiting(bytes)
      pthread_mutex_lock(lock)
      if isWritten { backlog.written() } else { backlog.failed() }
      rest = backlog.next() ?? []
      if rest.isEmpty { pthread_cond_broadcast(changed) }
    }
  }

  /// Whether it could be written, after however long.
  private func writeWaiting(_ bytes: [UInt8]) -> Bool {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        bytes = bytes.dropFirst(count)
      } else if errno == EAGAIN {
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&room, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
