internal import EventLoop
internal import FastCGI
internal import Glibc
internal import Logging

/// Keeps responder processes running on one socket, which lives as long as the supervisor: while a worker is replaced,
/// new connections wait in the socket's queue.
@LoopActor final class Supervisor {
  /// Tells a responder who its supervisor is.
  nonisolated static let variable = "ROSTER_SUPERVISOR"
  /// Options and variables that concern the supervisor alone.
  private nonisolated static let options = ["--listen", "--workers", "--user", "--socket-mode"]
  private nonisolated static let variables = ["ROSTER_LISTEN", "ROSTER_WORKERS", "ROSTER_USER", "ROSTER_SOCKET_MODE"]

  private struct Worker {
    let number: Int
    let started: MonotonicTime
  }

  private let socket: ListeningSocket
  private let logger: Logger
  private let arguments: [String]
  private let environment: [String]
  private let drainTimeout: Duration
  private var workers: [pid_t: Worker] = [:]
  /// How often each worker has died young, one death after another.
  private var earlyDeaths: [Int: Int] = [:]
  private var isStopping = false
  private var status = ExitStatus.success

  /// Runs until SIGTERM and until the last worker has drained.
  nonisolated static func run(_ socket: ListeningSocket, workers: Int, drainTimeout: Duration, logger: Logger) {
    EventLoop.main.run {
      let supervisor = Supervisor(socket, drainTimeout: drainTimeout, logger: logger)
      do {
        _ = try Signals([SIGTERM, SIGINT, SIGCHLD]) { signal in
          if signal == SIGCHLD { supervisor.reap() } else { supervisor.stop() }
        }
      } catch {
        fail(error, .unavailable)
      }
      for number in 1...workers { supervisor.spawn(number) }
    }
  }

  private init(_ socket: ListeningSocket, drainTimeout: Duration, logger: Logger) {
    self.socket = socket
    self.logger = logger
    self.drainTimeout = drainTimeout
    arguments = Self.workerArguments(CommandLine.arguments)
    environment = Self.workerEnvironment()
  }

  /// The command line without what concerns the supervisor.
  nonisolated static func workerArguments(_ arguments: [String]) -> [String] {
    var kept: [String] = []
    var isValue = false
    for argument in arguments {
      if isValue {
        isValue = false
      } else if options.contains(argument) {
        isValue = true
      } else if !options.contains(where: { argument.hasPrefix("\($0)=") }) {
        kept.append(argument)
      }
    }
    return kept
  }

  private nonisolated static func workerEnvironment() -> [String] {
    for variable in variables { unsetenv(variable) }
    setenv(variable, "\(getpid())", 1)
    var environment: [String] = []
    var next = environ
    while let entry = next.pointee {
      environment.append(String(cString: entry))
      next += 1
    }
    // libfcgi takes and frees three blocks of 8 KiB for each request; by default glibc keeps only small blocks at hand.
    if getenv("GLIBC_TUNABLES") == nil {
      environment.append("GLIBC_TUNABLES=glibc.malloc.tcache_max=16384:glibc.malloc.tcache_count=64")
    }
    return environment
  }

  // MARK: Workers

  private func spawn(_ number: Int) {
    let (error, process) = Self.spawn(arguments, environment, socket.descriptor)
    guard error == 0 else {
      logger.error("worker \(number) cannot be started: \(String(cString: strerror(error)))")
      return restart(number, after: .seconds(1))
    }
    workers[process] = Worker(number: number, started: .now())
    logger.debug("worker \(number) has started", metadata: ["worker": "\(process)"])
  }

  /// Starts this program again with the socket as file descriptor 0, no signal blocked and none ignored.
  private nonisolated static func spawn(
    _ arguments: [String], _ environment: [String], _ socket: Int32
  ) -> (error: Int32, process: pid_t) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, socket, 0)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // C wants pointers that live until the child has them.
    let arguments = arguments.map { strdup($0) } + [nil]
    let environment = environment.map { strdup($0) } + [nil]
    defer { for pointer in arguments + environment { free(pointer) } }
    var process: pid_t = 0
    let error = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, arguments, environment)
    return (error, process)
  }

  private func reap() {
    var state: Int32 = 0
    while case let process = waitpid(-1, &state, WNOHANG), process > 0 {
      guard let worker = workers.removeValue(forKey: process) else { continue }
      ended(worker, process, state)
    }
    if isStopping, workers.isEmpty { end() }
  }

  private func ended(_ worker: Worker, _ process: pid_t, _ state: Int32) {
    if isStopping { return }
    let isExit = state & 0x7F == 0
    let code = isExit ? (state >> 8) & 0xFF : state & 0x7F
    logger.warning(
      "worker \(worker.number) has ended \(isExit ? "with status" : "by signal") \(code) and is replaced",
      metadata: ["worker": "\(process)"])
    if isExit, code == ExitStatus.configuration.rawValue {
      logger.critical("starting it again cannot help: the service stops")
      status = .configuration
      return stop()
    }
    restart(worker)
  }

  /// Replaces a worker at once, or with growing delays if it keeps dying as soon as it has started.
  private func restart(_ worker: Worker) {
    let isEarly = MonotonicTime.now() - worker.started < .seconds(1)
    let deaths = isEarly ? earlyDeaths[worker.number, default: 0] + 1 : 0
    earlyDeaths[worker.number] = deaths
    restart(worker.number, after: deaths == 0 ? .zero : min(.milliseconds(50) * (1 << min(deaths, 7)), .seconds(5)))
  }

  private func restart(_ number: Int, after delay: Duration) {
    _ = EventLoop.main.schedule(after: delay) { [self] in
      if !isStopping { spawn(number) }
    }
  }

  // MARK: The end

  /// The first time lets the workers drain, the second time ends them.
  private func stop() {
    let signal = isStopping ? SIGKILL : SIGTERM
    for process in workers.keys { kill(process, signal) }
    if isStopping {
      status = .interrupted
      return end()
    }
    isStopping = true
    // Workers keep their own deadline; this one is for a worker that does not.
    _ = EventLoop.main.schedule(after: drainTimeout + .seconds(5)) { [self] in stop() }
    if workers.isEmpty { end() }
  }

  private func end() {
    socket.close()
    status.end()
  }
}
