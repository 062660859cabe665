internal import EventLoop
internal import Glibc

/// systemd, or whatever else gives NOTIFY_SOCKET: it is told how the service does (sd_notify(3)). Or s6, which is told by a
/// newline on a descriptor that it does (https://skarnet.org/software/s6/notifywhenup.html).
struct ServiceManager {
  /// What it tells this process alone.
  static let variables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]

  private let address: LocalAddress?
  private let isWatchdog: Bool
  private let readyDescriptor: Int32?

  /// Nothing without NOTIFY_SOCKET and a descriptor. Processes that are started from here no longer see either.
  init?(readyDescriptor: Int32?) {
    let values = Self.variables.map { variable in getenv(variable).map { String(cString: $0) } }
    guard values[0] != nil || readyDescriptor != nil else { return nil }
    (address, self.readyDescriptor) = (values[0].flatMap { LocalAddress($0) }, readyDescriptor)
    if let readyDescriptor { _ = fcntl(readyDescriptor, F_SETFD, FD_CLOEXEC) }
    isWatchdog = values[1] != nil && (values[2] ?? "\(getpid())") == "\(getpid())"  // sd_watchdog_enabled(3)
    for variable in Self.variables { unsetenv(variable) }
  }

  /// Everybody who is to answer does. A service that does not say so for as long as WatchdogSec= is ended, and started
  /// anew; this one says it each second.
  func answers() { if isWatchdog { tell("WATCHDOG=1") } }

  /// The service answers requests, from now on.
  func begins(_ status: String) {
    ready(status)
    guard let readyDescriptor else { return }
    var newline = UInt8(ascii: "\n")
    _ = write(readyDescriptor, &newline, 1)
    close(readyDescriptor)
  }

  /// The service answers requests; the end of a reload.
  func ready(_ status: String) { tell("READY=1\nSTATUS=\(status)") }

  /// What it does at the moment.
  func status(_ status: String) { tell("STATUS=\(status)") }

  /// A reload has begun.
  func reloading() {
    tell("RELOADING=1\nMONOTONIC_USEC=\(MonotonicTime.now().nanoseconds / 1000)\nSTATUS=reloading")
  }

  /// No new requests are taken.
  func stopping() { tell("STOPPING=1\nSTATUS=answering the last requests") }

  /// Sends a datagram; that nobody receives it is no reason to do anything else.
  private func tell(_ message: String) {
    guard let address else { return }
    let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = Glibc.socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let bytes = Array(message.utf8)
    address.withPointer { _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, $1) }
  }
}
