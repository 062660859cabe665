internal import CLinux
internal import Glibc

/// What a descriptor is watched for, and what it turned out to be ready for.
public struct Readiness: OptionSet, Sendable {
  /// epoll's own bits (EPOLLIN and so on).
  public let rawValue: UInt32

  /// A set of epoll's own bits.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// Bytes or the end of the stream can be read, or a connection accepted.
  public static let readable = Readiness(rawValue: EPOLLIN.rawValue)
  /// Bytes can be written.
  public static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
  /// The peer has ended its sending side.
  public static let peerEnded = Readiness(rawValue: EPOLLRDHUP.rawValue)
  /// Of several processes that watch the same listening socket, wake one; see epoll_ctl(2).
  public static let exclusive = Readiness(rawValue: EPOLLEXCLUSIVE.rawValue)
  /// Tell once what has arrived, not again at each turn until it is read, for which the kernel would look each time.
  /// Watching for it again is told anew.
  public static let once = Readiness(rawValue: EPOLLET.rawValue)
}

/// epoll(7), level-triggered unless a watch asks for ``Readiness/once``.
struct Poller: ~Copyable {
  private let epoll: Int32
  // Unsafe because epoll_wait fills it while no Swift code looks; an array would be copied or locked per turn.
  private let events: UnsafeMutableBufferPointer<epoll_event>
  /// Whether the system has epoll_pwait2(2), whose limit is in nanoseconds: Linux 5.11 or newer has it, unless a filter of
  /// system calls has never heard of it.
  private let isPrecise: Bool

  init(isPrecise: Bool = true) {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    precondition(epoll >= 0, "epoll_create1: \(errno)")
    events = .allocate(capacity: 256)
    var none = timespec()
    self.isPrecise = isPrecise && epoll_pwait2(epoll, events.baseAddress, 1, &none, nil) == 0
  }

  deinit {
    close(epoll)
    events.deallocate()
  }

  func add(_ descriptor: Int32, _ interest: Readiness, tag: UInt64) -> Int32 {
    control(EPOLL_CTL_ADD, descriptor, interest, tag)
  }

  func modify(_ descriptor: Int32, _ interest: Readiness, tag: UInt64) -> Int32 {
    control(EPOLL_CTL_MOD, descriptor, interest, tag)
  }

  func remove(_ descriptor: Int32) {
    _ = control(EPOLL_CTL_DEL, descriptor, [], 0)
  }

  /// Waits up to `nanoseconds` (-1: without end) and calls `body` for each ready descriptor's tag. Where the system cannot
  /// wait so exactly, the time is rounded up to milliseconds.
  func wait(nanoseconds: Int64, _ body: (UInt64, Readiness) -> Void) {
    let count = wait(nanoseconds)
    guard count > 0 else { return }  // a timeout, or a signal that has its own descriptor
    for event in events[..<Int(count)] {
      body(event.data.u64, Readiness(rawValue: event.events))
    }
  }

  private func wait(_ nanoseconds: Int64) -> Int32 {
    guard nanoseconds > 0 else {
      return epoll_wait(epoll, events.baseAddress, Int32(events.count), Int32(nanoseconds))
    }
    guard isPrecise else {
      let milliseconds = Int32(clamping: (nanoseconds - 1) / 1_000_000 + 1)
      return epoll_wait(epoll, events.baseAddress, Int32(events.count), milliseconds)
    }
    var limit = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    return epoll_pwait2(epoll, events.baseAddress, Int32(events.count), &limit, nil)
  }

  /// Returns 0 or the system's error number.
  private func control(_ operation: Int32, _ descriptor: Int32, _ interest: Readiness, _ tag: UInt64) -> Int32 {
    var event = epoll_event(events: interest.rawValue, data: epoll_data(u64: tag))
    return epoll_ctl(epoll, operation, descriptor, &event) == 0 ? 0 : errno
  }
}
