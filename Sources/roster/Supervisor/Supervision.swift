internal import CLinux
internal import Glibc

/// What a responder has to do with the supervisor that started it.
struct Supervision {
  /// The supervisor's process number.
  static let processVariable = "ROSTER_SUPERVISOR"
  /// The descriptor at which the supervisor waits for a byte: the responder accepts connections.
  static let readinessVariable = "ROSTER_READINESS"
  /// 1 for the responder of a reload: the one that it is to replace is not sent away until this one is ready, and goes
  /// on where this one ends. So it rather ends than serves without its database.
  static let trialVariable = "ROSTER_TRIAL"
  /// 1 for the responder that logs what was found in the database: one at the start, and one at each reload.
  static let warningsVariable = "ROSTER_WARNINGS"
  /// The descriptors of the listening sockets, separated by commas.
  static let socketsVariable = "ROSTER_SOCKETS"

  let isTrial: Bool
  let warns: Bool
  /// Nothing where the supervisor is of an older program, which passes on descriptor 0 alone.
  let sockets: [Int32]?
  private let readiness: Int32?

  /// Nothing where this process has no supervisor of ours.
  ///
  /// A responder without its supervisor would hold the socket for ever: it drains when the supervisor dies. And it is
  /// found under the program's name, although the supervisor has started it by a descriptor.
  static func begin() -> Supervision? {
    guard let supervisor = take(processVariable).flatMap({ pid_t($0) }) else { return nil }
    _ = set_process_name("roster")
    _ = set_parent_death_signal(SIGTERM)
    if getppid() != supervisor { ExitStatus.success.end() }
    let readiness = take(readinessVariable).flatMap { Int32($0) }
    if let readiness { _ = fcntl(readiness, F_SETFD, FD_CLOEXEC) }
    let sockets = take(socketsVariable)?.split(separator: ",").compactMap { Int32($0) }
    return Supervision(
      isTrial: take(trialVariable) == "1", warns: take(warningsVariable) == "1", sockets: sockets,
      readiness: readiness)
  }

  /// Tells the supervisor that connections are accepted; once.
  func ready() {
    guard let readiness else { return }
    var byte: UInt8 = 1
    _ = write(readiness, &byte, 1)
    close(readiness)
  }

  /// The variable's value, which nobody else is to see.
  private static func take(_ variable: String) -> String? {
    defer { unsetenv(variable) }
    return getenv(variable).map { String(cString: $0) }
  }
}
