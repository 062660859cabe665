public import EventLoop
internal import Glibc

/// Answers one request; cancelled when the web server aborts the request or goes away.
public typealias Responder = @LoopActor (Request) async -> Response

/// Accepts the web server's connections and answers their requests (FastCGI 1.0, role responder).
@LoopActor public final class Server {
  /// What is going on.
  public private(set) var status = Status()

  let configuration: ServerConfiguration
  let responder: Responder
  private(set) var isDraining = false
  /// The last part of a drain.
  private(set) var closesIdleConnections = false
  /// The first part: web servers are asked to end their connections.
  var saysGoodbye: Bool { isDraining && !closesIdleConnections }

  private let sockets: ListeningSockets
  private var acceptors: [Acceptor] = []
  private let log: @LoopActor (Notice) -> Void
  private var allowed: WebServerAddresses?
  private(set) var connections: [Int32: Connection] = [:]
  var memory: MemoryAccount
  var heap = HeapRest()
  private var places = Places()
  private var doors = Doors.closed
  /// Whether connections are accepted: not yet or not any more; yes; not at the moment, which is tried again soon; or they
  /// are left to other processes.
  private enum Doors {
    case closed, open, stuck, leftToOthers
  }
  /// What became of the latest attempt to accept.
  private enum Accepting {
    case works
    /// It failed, and a connection has ended for the next attempt.
    case isHelped
    case fails
  }
  private var accepting = Accepting.works
  private var drained: [UnsafeContinuation<Void, Never>] = []

  /// A server that does nothing before ``start()``. `log` gets what an operator may want to know.
  public init(
    _ sockets: ListeningSockets, _ configuration: ServerConfiguration = ServerConfiguration(),
    responder: @escaping Responder, log: @escaping @LoopActor (Notice) -> Void = { _ in }
  ) {
    self.sockets = sockets
    self.configuration = configuration
    memory = MemoryAccount(limit: configuration.memoryLimit)
    self.responder = responder
    self.log = log
  }

  /// Begins to accept. Throws `FastCGIError` where libfcgi, the addresses of the web servers or the socket are unfit.
  public func start() throws(FastCGIError) {
    try selfTest()
    allowed = try WebServerAddresses(configuration.webServerAddresses)
    acceptors = sockets.all.map { Acceptor($0, self) }
    try watchSockets()
  }

  /// Ends the service without cutting anything off: takes what waits in the socket's queue, accepts no more, answers
  /// every request, and returns when no connection is left. The sockets are closed at once: where nobody else has them, web
  /// servers turn to another. Unless they are kept: then another process goes on with them, and with what waits.
  ///
  /// For `grace` it is left to the web servers to end the connections that they keep, since they cannot repeat a POST
  /// that they send at the very moment in which this side does. Each is asked to, when it is idle and with every answer;
  /// nginx then ends it at once. What is still idle after `grace` is closed from this side.
  public func drain(grace: Duration = .zero, keepsSockets: Bool = false) async {
    isDraining = true
    stopAccepting(.closed)
    if !keepsSockets { takeQueue() }
    if grace > .zero { sayGoodbye(grace) } else { closeIdleConnections() }
    if !isIdle { await withUnsafeContinuation { drained.append($0) } }
  }
}

// MARK: Accepting

extension Server {
  private func watchSockets() throws(FastCGIError) {
    do {
      for acceptor in acceptors { try acceptor.watch() }
    } catch {
      throw .system("the listening socket", errno: error.errno)
    }
    doors = .open
  }

  private func stopAccepting(_ doors: Doors) {
    for acceptor in acceptors { acceptor.ignore() }
    self.doors = doors
  }

  private func resumeAccepting(_ from: Doors) {
    guard doors == from, !isDraining else { return }
    do { try watchSockets() } catch { report(.acceptFailed(errno: ENOMEM)); pauseAccepting() }
  }

  /// Whether a connection that comes is not one too many for the process.
  var isFit: Bool { doors == .open || doors == .leftToOthers }

  /// Accepts no more as long as `isLeft`. What waits in the queues now is taken: the kernel may have woken this process
  /// alone for it.
  func leaveToOthers(_ isLeft: Bool) {
    guard isLeft, doors == .open else { return isLeft ? () : resumeAccepting(.leftToOthers) }
    stopAccepting(.leftToOthers)
    takeWaiting()
  }

  /// Whether there is a place for one more connection, or somebody could make way.
  func hasPlace() -> Bool {
    if connections.count < configuration.connections || makeWay() { return true }
    report(.noPlace)
    pauseAccepting()
    return false
  }

  private func makeWay() -> Bool {
    while let next = places.next(at: EventLoop.main.now, among: connections.keys, { connections[$0]?.standing }) {
      guard connections[next]?.makeWay() == true else { continue }
      report(.madeWay)
      return true
    }
    return false
  }

  /// Returns whether there was a connection.
  func take(_ outcome: Acceptor.Outcome) -> Bool {
    switch outcome {
    case .connection(let descriptor, let address):
      accepting = .works
      add(descriptor, address)
      return true
    case .failure(let errno): acceptFailed(errno)
    case .none: break
    }
    return false
  }

  private func add(_ descriptor: Int32, _ address: sockaddr_storage) {
    guard allowed?.contains(address) ?? true else {
      report(.peerRefused)
      close(descriptor)
      return
    }
    let connection = Connection(descriptor, self)
    status.connectionsAccepted += 1
    connections[descriptor] = connection
    status.connections = connections.count
    do {
      try connection.start()
    } catch {
      report(.acceptFailed(errno: error.errno))
      close(descriptor)
      closed(descriptor)
    }
  }

  /// Somebody makes way, and it is tried again; if that does not help either, after a while.
  private func acceptFailed(_ error: Int32) {
    if accepting == .works { report(.acceptFailed(errno: error)) }
    accepting = accepting != .isHelped && makeWay() ? .isHelped : .fails
    if accepting == .fails { pauseAccepting() }
  }

  /// The socket stays readable, and trying again at once would only burn time.
  private func pauseAccepting() {
    stopAccepting(.stuck)
    _ = EventLoop.main.schedule(after: .milliseconds(100)) { self.resumeAccepting(.stuck) }
  }

  /// A web server has sent its request as soon as it is in the queue. A path of our own goes first, so that no further
  /// one gets there; with TCP there is no such way, only little time between the last look and the end.
  private func takeQueue() {
    sockets.removeFiles()
    takeWaiting()
    sockets.close()
  }

  private func takeWaiting() {
    for acceptor in acceptors {
      while connections.count < configuration.connections, take(acceptor.accept()) {}
    }
  }

  private func sayGoodbye(_ grace: Duration) {
    for connection in connections.values { connection.sayGoodbye() }
    _ = EventLoop.main.schedule(after: grace) { self.closeIdleConnections() }
  }

  private func closeIdleConnections() {
    closesIdleConnections = true
    for connection in connections.values { connection.endIfIdle() }
  }
}

// MARK: What connections tell

extension Server {
  func closed(_ descriptor: Int32) {
    connections[descriptor] = nil
    status.connections = connections.count
    resumeAccepting(.stuck)
    finishDrain()
  }

  func requestBegan() {
    status.requestsInFlight += 1
  }

  func requestEnded(isAborted: Bool) {
    if isAborted { status.requestsAborted += 1 }
    status.requestsInFlight -= 1
    status.requestsServed += 1
    finishDrain()
  }

  func report(_ notice: Notice) {
    log(notice)
  }

  private var isIdle: Bool { connections.isEmpty && status.requestsInFlight == 0 }

  private func finishDrain() {
    guard isDraining, isIdle else { return }
    let waiting = drained
    drained = []
    for continuation in waiting { continuation.resume() }
  }
}
