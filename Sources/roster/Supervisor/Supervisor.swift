internal import EventLoop
internal import FastCGI
internal import Glibc
internal import Logging

/// Keeps responder processes running on the same sockets, which live as long as the supervisor: while a worker is replaced,
/// new connections wait in their queues.
@LoopActor final class Supervisor {
  /// What workers that die are replaced by.
  var generation: Generation
  /// By process.
  private(set) var workers: [pid_t: Worker] = [:]
  let manager: ServiceManager?
  /// Who asks for a reload and waits; nothing where the system has none to give.
  var control: ControlSocket?
  /// Settings from the environment as it is now, and from what its file says now.
  let readSettings: @LoopActor () throws -> Generation.Settings
  /// How many workers there are to be: as many as the settings say, and those that SIGTTIN and SIGTTOU add and take.
  var places: Int
  private(set) var isStopping = false
  var isReloading = false
  /// Whether SIGHUP came since the last reload began.
  var wantsReload = false
  /// What is said of the last reload wherever it is said how the service does.
  var reloadRemark = ""

  private let sockets: ListeningSockets
  /// Those of --admin.
  let adminSockets: ListeningSockets?
  /// How many connections each worker has, which is the workers' business; its seats are given here.
  private let tally = Tally()
  private(set) lazy var figures = ServiceFigures(tally, sockets)
  /// The responder that this process itself was, until it was told to reload; it serves until the first worker does.
  private(set) var predecessor: Responder?
  /// The same while it finishes what it has.
  private var leaving: Responder?
  /// How often each worker has died young, one death after another.
  private var earlyDeaths: [Int: Int] = [:]
  /// Whether each place has had a worker that accepts connections.
  private(set) var hasStarted = false
  /// Of which generation a worker has said, before it accepted connections, what was not well.
  private var warned: Generation?
  private var status = ExitStatus.success

  var settings: Generation.Settings { generation.settings }
  var logger: Logger { settings.logger }

  /// Runs until SIGTERM and until the last worker has drained.
  nonisolated static func run(
    _ sockets: ListeningSockets, admin: ListeningSockets?, _ settings: Generation.Settings,
    _ manager: ServiceManager?,
    readSettings: @escaping @Sendable () throws -> Generation.Settings
  ) {
    runLoop {
      do {
        let supervisor = Supervisor(sockets, admin, try Generation(settings), readSettings, manager)
        try supervisor.watchSignals()
        supervisor.openControl()
        supervisor.fillPlaces()
        supervisor.keepVigil()
        supervisor.keepFigures()
      } catch {
        fail(error, .unavailable)
      }
    }
  }

  /// Makes this process, which has been a responder by itself, the supervisor of those that take its place. The launcher keeps
  /// its process; where the first worker cannot serve, the responder goes on.
  static func succeed(
    _ predecessor: Responder, _ sockets: ListeningSockets, _ manager: ServiceManager?, _ control: ControlSocket?,
    readSettings: @escaping @Sendable () throws -> Generation.Settings
  ) throws {
    let supervisor = Supervisor(sockets, nil, try Generation(readSettings()), readSettings, manager)
    supervisor.predecessor = predecessor
    supervisor.hasStarted = true
    try supervisor.watchSignals()
    supervisor.take(control)
    supervisor.keepVigil()
    supervisor.keepFigures()
    supervisor.reload()
  }

  private init(
    _ sockets: ListeningSockets, _ admin: ListeningSockets?, _ generation: Generation,
    _ readSettings: @escaping @LoopActor () throws -> Generation.Settings, _ manager: ServiceManager?
  ) {
    (self.sockets, adminSockets) = (sockets, admin)
    (self.generation, places) = (generation, generation.settings.workers)
    self.readSettings = readSettings
    self.manager = manager
  }

  private func watchSignals() throws {
    _ = try Signals([SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGCHLD, SIGUSR1, SIGTTIN, SIGTTOU]) { [self] signal in
      switch signal {
      case SIGCHLD: reap()
      case SIGHUP: hangUp()
      case SIGUSR1: openLogAgain()
      case SIGTTIN: changePlaces(by: 1)
      case SIGTTOU: changePlaces(by: -1)
      default: stop()
      }
    }
  }

  func hangUp() {
    haveKeysRead()
    reload()
  }

  /// By everybody who answers, or is about to: a reload may take long, or be given up.
  private func haveKeysRead() {
    for responder in [predecessor, leaving] { responder?.readKeys() }
    for process in workers.keys { kill(process, SIGHUP) }
  }

  /// By everybody who writes to it.
  private func openLogAgain() {
    logger.openFileAgain()
    for process in workers.keys { kill(process, SIGUSR1) }
  }

  // MARK: Workers

  /// Who has the place, or is about to.
  func holder(of number: Int) -> Worker? {
    workers.values.first { $0.number == number && !$0.isLeaving }
  }

  /// Starts a worker where there is none.
  func fillPlaces() {
    for number in numbers(places) where holder(of: number) == nil { fillPlace(number) }
  }

  /// One worker more or less, until the next reload: there is always one, and never more than --workers may be.
  private func changePlaces(by change: Int) {
    guard !isStopping, Settings.workerCounts.contains(places + change) else { return }
    places += change
    logger.notice("\(runningStatus) from now on, until the next reload")
    fillPlaces()
    for worker in workers.values where worker.number > places { worker.dismiss() }
  }

  private func fillPlace(_ number: Int) {
    do {
      _ = try start(number, generation, isTrial: false)
    } catch {
      logger.error("\(Worker.name(number)): \(error)")
      fillPlace(number, after: .seconds(1))
    }
  }

  private func fillPlace(_ number: Int, after delay: Duration) {
    _ = EventLoop.main.schedule(after: delay) { [self] in
      if !isStopping, number <= places, holder(of: number) == nil { fillPlace(number) }
    }
  }

  func start(_ number: Int, _ generation: Generation, isTrial: Bool) throws(Worker.Failure) -> Worker {
    let warns = number == 1 && warned !== generation
    let seat = tally?.freeSeat(beside: workers.values.compactMap(\.seat?.number))
    let own = (number == Worker.admin ? adminSockets : nil) ?? sockets
    let worker = try Worker(number, generation, own, seat, isTrial: isTrial, warns: warns) { [unowned self] in
      if warns { warned = generation }
      workerIsReady()
    }
    workers[worker.process] = worker
    logger.debug("\(worker.name) has started", metadata: ["worker": "\(worker.process)"])
    if warns, worker.isOpenAtFirst {
      logger.warning("others of this user can look into a worker that starts: chmod 0711 the program, and root's")
    }
    return worker
  }

  private func workerIsReady() {
    guard !hasStarted, !isStopping else { return }
    guard (1...places).allSatisfy({ holder(of: $0)?.isReady == true }) else { return }
    hasStarted = true
    manager?.begins(runningStatus)
  }

  /// Has the responder finish that this process was. Its sockets go on, unless nobody is to follow.
  func dismissPredecessor(keepsSockets: Bool = true) {
    guard let responder = predecessor.take() else { return }
    leaving = responder
    EventLoop.main.start { [self] in
      await responder.finish(keepsSockets: keepsSockets)
      leaving = nil
      endIfStopped()
    }
  }

  // MARK: Workers that end

  private func reap() {
    var state: Int32 = 0
    while case let process = waitpid(-1, &state, WNOHANG), process > 0 {
      guard let worker = workers.removeValue(forKey: process) else { continue }
      worker.seat?.write(nil, at: .now())
      figures?.hasLeft(worker.seat)
      worker.ended(state)
      if !isStopping, !worker.isLeaving, !worker.isTrial { replace(worker, state) }
    }
    endIfStopped()
  }

  private func endIfStopped() {
    if isStopping, workers.isEmpty, leaving == nil { status.end() }
  }

  /// Replaces a worker that ended of itself: at once, or with growing delays if it keeps dying as soon as it has started.
  private func replace(_ worker: Worker, _ state: Int32) {
    logger.warning(
      "\(worker.name) has ended \(worker.ending ?? "") and is replaced", metadata: ["worker": "\(worker.process)"])
    if !worker.isAdmin { figures?.restarted(state & 0x7F == 0 ? .exit : .signal) }
    let exit = state & 0x7F == 0 ? ExitStatus(rawValue: (state >> 8) & 0xFF) : nil
    if let exit, exit.isLasting, !workers.values.contains(where: { $0.isReady && !$0.isAdmin }) {
      logger.critical("starting it again cannot help: the service stops")
      status = exit
      return stop()
    }
    let isEarly = MonotonicTime.now() - worker.started < .seconds(1)
    let deaths = isEarly ? earlyDeaths[worker.number, default: 0] + 1 : 0
    earlyDeaths[worker.number] = deaths
    let delay = min(.milliseconds(50) * (1 << min(deaths, 7)), .seconds(5))
    fillPlace(worker.number, after: deaths == 0 ? .zero : delay)
  }

  // MARK: The end

  /// The first time lets the workers drain, the second time ends them.
  private func stop() {
    if isStopping {
      for process in workers.keys { kill(process, SIGKILL) }
      status = .interrupted
      status.end()
    }
    isStopping = true
    manager?.stopping()
    if predecessor == nil { sockets.close() }  // before the workers look into their queues for the last time
    adminSockets?.close()
    dismissPredecessor(keepsSockets: false)
    for worker in workers.values { worker.dismiss() }
    _ = EventLoop.main.schedule(after: settings.drainTimeout + .seconds(6)) { [self] in stop() }
    endIfStopped()
  }
}
