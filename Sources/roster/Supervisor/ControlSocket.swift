internal import CLinux
internal import EventLoop
internal import Glibc

/// Where a process is asked to reload by somebody who waits for what comes of it (`roster reload`). Who connects has asked, and is
/// told at the end of the reload that begins next.
///
/// A socket of the abstract namespace, which has the process's number in its name: root, the service's own user and what runs
/// in the sandbox of its unit find it, with no folder that all of them can use. Whom it speaks with, each end hears from the kernel.
@LoopActor final class ControlSocket: EventHandler {
  private static let longestQueue: Int32 = 16
  /// Those who wait have a descriptor each.
  private static let mostAsking = 64

  /// What is done when somebody has asked.
  var whenAsked: @LoopActor () -> Void
  private let socket: Int32
  private var asking: [Int32] = []

  /// It cannot be opened.
  struct Failure: Error, CustomStringConvertible {
    let errno: Int32
    var description: String { "roster reload cannot ask this process: \(String(cString: strerror(errno)))" }
  }

  /// The name of that of a process; the same number may be another process's in another container, on the same network.
  nonisolated static func name(of process: pid_t) -> String {
    var status = stat()
    let namespace = stat("/proc/self/ns/pid", &status) == 0 ? status.st_ino : 0
    return "@roster-reload-\(namespace)-\(process)"
  }

  /// This process's.
  init(_ whenAsked: @escaping @LoopActor () -> Void) throws(Failure) {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    (socket, self.whenAsked) = (Glibc.socket(AF_UNIX, type, 0), whenAsked)
    guard socket >= 0 else { throw Failure(errno: errno) }
    guard LocalAddress(Self.name(of: getpid()))?.withPointer({ [socket] in bind(socket, $0, $1) }) == 0,
      listen(socket, Self.longestQueue) == 0
    else {
      defer { close(socket) }
      throw Failure(errno: errno)
    }
    do throws(LoopError) {
      try EventLoop.main.watch(socket, for: .readable, self)
    } catch {
      close(socket)
      throw Failure(errno: error.errno)
    }
  }

  func ready(_ readiness: Readiness) {
    let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    while case let connection = accept4(socket, nil, nil, flags), connection >= 0 {
      guard asking.count < Self.mostAsking, let peer = Peer(of: connection), [0, geteuid()].contains(peer.user) else {
        close(connection)
        continue
      }
      asking.append(connection)
      whenAsked()
    }
  }

  /// Those who have asked so far.
  func takeAsking() -> [Int32] {
    defer { asking = [] }
    return asking
  }

  /// Tells them; who no longer waits hears nothing.
  static func tell(_ outcome: ReloadOutcome, to asking: [Int32]) {
    let bytes = outcome.bytes
    for connection in asking {
      _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      close(connection)
    }
  }
}

/// What came of a reload.
enum ReloadOutcome: Equatable {
  /// The new workers serve.
  case done
  /// The old ones go on.
  case givenUp(reason: String)

  /// As it is told.
  var bytes: [UInt8] {
    switch self {
    case .done: [0]
    case .givenUp(let reason): [1] + reason.utf8.prefix(4096)
    }
  }

  /// Nothing where it was not told to the end.
  init?(_ bytes: [UInt8]) {
    switch bytes.first {
    case 0: self = .done
    case 1: self = .givenUp(reason: String(decoding: bytes.dropFirst(), as: UTF8.self))
    default: return nil
    }
  }
}
