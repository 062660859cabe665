internal import CLinux
internal import EventLoop
internal import Glibc

/// The protocol between a supervisor and the responders that it starts: variables on the way down, bytes on the way up. Both
/// ends are here; either may be of an older program.
struct Supervision {
  private enum Variable: String {
    /// The supervisor's process number.
    case supervisor = "ROSTER_SUPERVISOR"
    /// The descriptor at which the supervisor waits for a byte, the responder accepts connections, and for more: it turns.
    case readiness = "ROSTER_READINESS"
    /// 1 where the supervisor understands other bytes before that one: the responder has begun, and turns.
    case beginning = "ROSTER_BEGINNING"
    /// 1 for the responder of a reload: the one that it is to replace is not sent away until this one is ready, and goes
    /// on where this one ends. So it rather ends than serves without its database.
    case trial = "ROSTER_TRIAL"
    /// 1 where the supervisor understands, in the place of the first byte, why the responder of a reload ends.
    case reason = "ROSTER_REASON"
    /// 1 for the responder that logs what was found in the database: one at the start, and one at each reload.
    case warnings = "ROSTER_WARNINGS"
    /// The descriptors of the listening sockets, separated by commas.
    case sockets = "ROSTER_SOCKETS"
    /// The descriptor of the tally, a comma, and the responder's seat in it.
    case seat = "ROSTER_SEAT"
    /// The responder's place among the workers, from 1; 0 is the admin's process.
    case place = "ROSTER_PLACE"
    /// Which generation it belongs to.
    case generation = "ROSTER_GENERATION"

    func callAsFunction(_ value: some CustomStringConvertible) -> String { "\(rawValue)=\(value)" }

    /// The value, which nobody else is to see.
    func take() -> String? {
      defer { unsetenv(rawValue) }
      return getenv(rawValue).map { String(cString: $0) }
    }
  }

  // MARK: The supervisor's end

  /// What a responder is told that this process starts, with the first of the sockets as descriptor 0, the others,
  /// `readiness` and the tally under their numbers.
  static func variables(
    _ sockets: [Int32], readiness: Int32, seat: Seat?, place: Int, generation: Int, isTrial: Bool, warns: Bool
  ) -> [String] {
    let descriptors = ([0] + sockets.dropFirst()).map(String.init).joined(separator: ",")
    return [
      Variable.supervisor(getpid()), Variable.readiness(readiness), Variable.trial(isTrial ? 1 : 0),
      Variable.warnings(warns ? 1 : 0), Variable.sockets(descriptors), Variable.reason(1), Variable.place(place),
      Variable.generation(generation), Variable.beginning(1),
    ] + (seat.map { [Variable.seat("\($0.tally.descriptor),\($0.number)")] } ?? [])
  }

  /// What a responder tells.
  enum Word: Equatable {
    /// It turns, but does not accept connections yet.
    case begins
    /// It accepts connections, or later, it turns.
    case turns
    /// It will not accept any, and why.
    case ends(reason: String)
    /// It has ended, or is of an older program, which tells once.
    case end
  }

  /// The last that the responder at the other end of a pipe has told; nil: nothing.
  static func word(_ pipe: Int32) -> Word? {
    // What has been told before may be there as well.
    withUnsafeTemporaryAllocation(byteCount: 2 * longestReason, alignment: 1) { bytes in
      let count = read(pipe, bytes.baseAddress, bytes.count)
      guard count > 0 else { return count == 0 ? .end : nil }
      let told = bytes.prefix(count).drop { $0 == beginning }
      guard let first = told.first else { return .begins }
      return first == turn ? .turns : .ends(reason: String(decoding: told, as: UTF8.self))
    }
  }

  // MARK: Both

  private static let turn: UInt8 = 1
  private static let beginning: UInt8 = 2
  /// In bytes; what a pipe takes at once (PIPE_BUF).
  private static let longestReason = 4096

  // MARK: The responder's end

  /// Whether this process answers on the sockets of --admin.
  var isAdmin: Bool { place == 0 }
  let isTrial: Bool
  let warns: Bool
  /// Nothing where the supervisor is of an older program, which passes on descriptor 0 alone.
  let sockets: [Int32]?
  /// Nothing where the supervisor is of an older program, or has got no memory for it.
  let seat: Seat?
  /// Nothing where the supervisor is of an older program.
  let place: Int?
  /// 0 where the supervisor is of an older program.
  let generation: Int
  private let readiness: Int32?
  private let tellsReason: Bool
  private let tellsBeginning: Bool

  /// Nothing where this process has no supervisor of ours.
  static let current = begin()

  /// A responder without its supervisor would hold the socket for ever: it drains when the supervisor dies. And it is
  /// found under the program's name, although the supervisor has started it by a descriptor.
  private static func begin() -> Supervision? {
    guard let supervisor = Variable.supervisor.take().flatMap({ pid_t($0) }) else { return nil }
    _ = set_process_name("roster")
    _ = set_parent_death_signal(SIGTERM)
    if getppid() != supervisor { ExitStatus.success.end() }
    let readiness = Variable.readiness.take().flatMap { Int32($0) }
    if let readiness { _ = fcntl(readiness, F_SETFD, FD_CLOEXEC) }
    let sockets = Variable.sockets.take()?.split(separator: ",").compactMap { Int32($0) }
    let (isTrial, understandsReason) = (Variable.trial.take() == "1", Variable.reason.take() == "1")
    let understandsBeginning = Variable.beginning.take() == "1"
    if understandsBeginning, let readiness { tell(beginning, readiness) }
    return Supervision(
      isTrial: isTrial, warns: Variable.warnings.take() == "1", sockets: sockets,
      seat: Variable.seat.take().flatMap(seat), place: Variable.place.take().flatMap { Int($0) },
      generation: Variable.generation.take().flatMap { Int($0) } ?? 0,
      readiness: readiness, tellsReason: isTrial && understandsReason, tellsBeginning: understandsBeginning)
  }

  private static func seat(_ text: String) -> Seat? {
    let numbers = text.split(separator: ",").compactMap { Int32($0) }
    guard numbers.count == 2, Tally.seats.contains(Int(numbers[1])), let tally = Tally(numbers[0]) else { return nil }
    return Seat(tally: tally, number: Int(numbers[1]))
  }

  /// Tells the supervisor from now on, again and again, that the loop turns, and from ``ready()`` on, that connections are
  /// accepted. One of an older program listens only once: then the pipe gets full, which hurts nobody.
  @LoopActor func begin() {
    guard let readiness else { return }
    if Self.word == Self.turn || tellsBeginning { Self.tell(Self.word, readiness) }
    _ = EventLoop.main.schedule(after: Vigil.interval) { begin() }
  }

  /// Connections are accepted.
  @LoopActor func ready() {
    Self.word = Self.turn
    if let readiness { Self.tell(Self.word, readiness) }
  }

  /// What this process tells each time.
  @LoopActor private static var word = beginning

  private static func tell(_ word: UInt8, _ pipe: Int32) {
    var word = word
    _ = write(pipe, &word, 1)
  }

  /// Tells the supervisor why this responder, the first of a reload, does not take the place of another.
  func tell(reason: String) {
    guard tellsReason, let readiness else { return }
    let bytes = Array(reason.utf8.prefix(Self.longestReason))
    _ = write(readiness, bytes, bytes.count)
  }
}
