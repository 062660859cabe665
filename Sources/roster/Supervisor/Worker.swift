internal import CLinux
internal import EventLoop
internal import FastCGI
internal import Glibc

/// A responder process, as its supervisor sees it.
@LoopActor final class Worker: EventHandler {
  /// Its place among the workers, from 1; another process takes it when this one ends. 0 is the admin's process.
  let number: Int
  let generation: Generation
  let process: pid_t
  /// Where it tells the other workers how many connections it has.
  let seat: Seat?
  let started = MonotonicTime.now()
  /// Whether others of its user could look into it before it has closed itself to them.
  let isOpenAtFirst: Bool
  /// Whether it accepts connections.
  private(set) var isReady = false
  /// nil where it does not go on telling that it turns (an older program).
  private(set) var sign: Vigil.Sign?
  /// How it ended, in words; nil while it runs.
  private(set) var ending: String?
  /// Why it did not accept any, where it has told.
  private(set) var reason: String?
  /// Whether it is the first of its place in a reload and has yet to prove itself.
  var isTrial: Bool
  /// Whether it was told to finish what it has.
  var isLeaving = false

  /// Our end of the pipe on which it tells that it is ready, and from then on that it turns.
  private let readiness: Int32
  private var waiting: [UnsafeContinuation<Void, Never>] = []
  private let whenReady: @LoopActor () -> Void

  /// A process or its pipe could not be made.
  struct Failure: Error, CustomStringConvertible {
    let errno: Int32
    var description: String { "it cannot be started: \(String(cString: strerror(errno)))" }
  }

  /// Starts a process of `generation` with the first of the sockets as file descriptor 0, the others under their numbers.
  init(
    _ number: Int, _ generation: Generation, _ sockets: ListeningSockets, _ seat: Seat?, isTrial: Bool, warns: Bool,
    whenReady: @escaping @LoopActor () -> Void
  ) throws(Failure) {
    var ends: [Int32] = [0, 0]
    guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else { throw Failure(errno: errno) }
    defer { close(ends[1]) }
    let descriptors = sockets.all.map(\.descriptor)
    let variables = Supervision.variables(
      descriptors, readiness: ends[1], seat: seat, place: number, generation: generation.number, isTrial: isTrial,
      warns: warns)
    let others = descriptors.dropFirst() + [ends[1]] + (seat.map { [$0.tally.descriptor] } ?? [])
    var (error, process): (Int32, pid_t) = (ENOENT, 0)
    var isOpen = false
    for candidate in generation.program.candidates {
      isOpen = candidate.isOpen
      (error, process) = Self.spawn(
        candidate.path, generation.arguments, generation.environment + variables, descriptors.first, Array(others))
      if error != EACCES && error != EPERM { break }
    }
    guard error == 0 else {
      close(ends[0])
      throw Failure(errno: error)
    }
    (self.number, self.generation, self.process, self.isTrial) = (number, generation, process, isTrial)
    (self.seat, isOpenAtFirst) = (seat, isOpen)
    (readiness, self.whenReady) = (ends[0], whenReady)
    sign = Vigil.Sign(last: started)
    do { try EventLoop.main.watch(readiness, for: .readable, self) } catch { kill(process, SIGKILL) }
  }

  /// Starts a program with no signal ignored, and none blocked but SIGHUP and SIGUSR1: one that comes before it looks after
  /// signals would end it, or be lost on keys, or a log, that it has opened by then. The first socket is descriptor 0; `others`, the
  /// pipe among them, have their numbers.
  private nonisolated static func spawn(
    _ program: String, _ arguments: [String], _ environment: [String], _ socket: Int32?, _ others: [Int32]
  ) -> (error: Int32, process: pid_t) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let socket { posix_spawn_file_actions_adddup2(&actions, socket, 0) }
    for descriptor in others {
      posix_spawn_file_actions_adddup2(&actions, descriptor, descriptor)  // no longer close-on-exec
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGHUP, SIGUSR1] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // C wants pointers that live until the child has them.
    let arguments = arguments.map { strdup($0) } + [nil]
    let environment = environment.map { strdup($0) } + [nil]
    defer { for pointer in arguments + environment { free(pointer) } }
    var process: pid_t = 0
    let error = posix_spawn(&process, program, &actions, &attributes, arguments, environment)
    return (error, process)
  }

  // MARK: What it tells

  /// That it has begun, accepts connections, and again and again that it turns; the end of the pipe comes with its own end,
  /// or at once where it is of an older program.
  func ready(_ readiness: Readiness) { hear() }

  private func hear() {
    switch Supervision.word(readiness) {
    case .begins: sign?.isHeard(at: .now(), isReady: false)
    case .turns: turns()
    case .ends(let reason): self.reason = reason
    case .end:
      sign = nil
      EventLoop.main.ignore(readiness)
    case nil: break
    }
  }

  private func turns() {
    sign?.isHeard(at: .now(), isReady: true)
    if isReady { return }
    isReady = true
    whenReady()
    wakeAll()
  }

  /// It has ended with this state of wait(2).
  func ended(_ state: Int32) {
    ending = state & 0x7F == 0 ? "with status \((state >> 8) & 0xFF)" : "by signal \(state & 0x7F)"
    if !isReady { hear() }  // what it has told may be in the pipe still
    EventLoop.main.ignore(readiness)
    close(readiness)
    wakeAll()
  }

  // MARK: Waiting for it

  /// Waits until it is ready or has ended.
  func settles() async {
    while !isReady, ending == nil { await withUnsafeContinuation { waiting.append($0) } }
  }

  /// Waits until it has ended.
  func ends() async {
    while ending == nil { await withUnsafeContinuation { waiting.append($0) } }
  }

  private func wakeAll() {
    let woken = waiting
    waiting = []
    for continuation in woken { continuation.resume() }
  }
}
