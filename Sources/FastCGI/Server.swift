public import EventLoop
internal import CLinux
internal import Glibc

/// Answers one request; cancelled when the web server aborts the request or goes away.
public typealias Responder = @LoopActor (Request) async -> Response

/// Accepts the web server's connections and answers their requests (FastCGI 1.0, role responder).
@LoopActor public final class Server: EventHandler {
  /// The figures of a server.
  public struct Status: Hashable, Sendable {
    /// Connections that are open.
    public var connections = 0
    /// Requests that were handed to the responder and have not been answered.
    public var requestsInFlight = 0
    /// Requests that were answered since the start, refused and aborted ones included.
    public var requestsServed = 0
  }

  /// What is going on.
  public private(set) var status = Status()

  let configuration: ServerConfiguration
  let responder: Responder
  private(set) var isDraining = false
  /// The last part of a drain.
  private(set) var closesIdleConnections = false
  /// The first part: web servers are asked to end their connections.
  var saysGoodbye: Bool { isDraining && !closesIdleConnections }

  private let socket: ListeningSocket
  private let log: @LoopActor (Notice) -> Void
  private var allowed: WebServerAddresses?
  private var connections: [Int32: Connection] = [:]
  private var memory: MemoryAccount
  private var hasStarted = false
  private var isAccepting = false
  private var acceptHasFailed = false
  private var drained: [UnsafeContinuation<Void, Never>] = []

  /// A server that does nothing before ``start()``. `log` gets what an operator may want to know.
  public init(
    _ socket: ListeningSocket, _ configuration: ServerConfiguration = ServerConfiguration(),
    responder: @escaping Responder, log: @escaping @LoopActor (Notice) -> Void = { _ in }
  ) {
    self.socket = socket
    self.configuration = configuration
    memory = MemoryAccount(limit: configuration.memoryLimit)
    self.responder = responder
    self.log = log
  }

  /// Begins to accept. Throws `FastCGIError` where libfcgi, the addresses of the web servers or the socket are unfit.
  public func start() throws(FastCGIError) {
    try selfTest()
    allowed = try WebServerAddresses(configuration.webServerAddresses)
    try watchSocket()
    hasStarted = true
  }

  /// Ends the service without cutting anything off: takes what waits in the socket's queue, accepts no more, answers
  /// every request, and returns when no connection is left. The socket is closed at once: where nobody else has it, web
  /// servers turn to another.
  ///
  /// For `grace` it is left to the web servers to end the connections that they keep, since they cannot repeat a POST
  /// that they send at the very moment in which this side does. Each is asked to, when it is idle and with every answer;
  /// nginx then ends it at once. What is still idle after `grace` is closed from this side.
  public func drain(grace: Duration = .zero) async {
    isDraining = true
    stopAccepting()
    takeQueue()
    if grace > .zero { sayGoodbye(grace) } else { closeIdleConnections() }
    if !isIdle { await withUnsafeContinuation { drained.append($0) } }
  }

  /// Accepts one connection: the next is another process's, where several share the socket.
  public func ready(_ readiness: Readiness) {
    _ = accept()
  }
}

// MARK: Accepting

extension Server {
  private func watchSocket() throws(FastCGIError) {
    do {
      try EventLoop.main.watch(socket.descriptor, for: [.readable, .exclusive], self)
    } catch {
      throw .system("the listening socket", errno: error.errno)
    }
    isAccepting = true
  }

  private func stopAccepting() {
    guard isAccepting else { return }
    EventLoop.main.ignore(socket.descriptor)
    isAccepting = false
  }

  private func resumeAccepting() {
    guard !isAccepting, !isDraining, connections.count < configuration.connections else { return }
    do { try watchSocket() } catch { retryAccepting(after: ENOMEM) }
  }

  /// Returns whether there was a connection.
  private func accept() -> Bool {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let descriptor = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        accept4(socket.descriptor, $0, &length, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
      }
    }
    guard descriptor >= 0 else {
      if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { retryAccepting(after: errno) }
      return false
    }
    acceptHasFailed = false
    add(descriptor, address)
    return true
  }

  private func add(_ descriptor: Int32, _ address: sockaddr_storage) {
    guard allowed?.contains(address) ?? true else {
      report(.peerRefused)
      close(descriptor)
      return
    }
    let connection = Connection(descriptor, self)
    connections[descriptor] = connection
    status.connections = connections.count
    if connections.count >= configuration.connections { stopAccepting() }
    do {
      try connection.start()
    } catch {
      report(.acceptFailed(errno: error.errno))
      close(descriptor)
      closed(descriptor)
    }
  }

  /// Pauses: the socket stays readable, and trying again at once would only burn time.
  private func retryAccepting(after error: Int32) {
    if !acceptHasFailed { report(.acceptFailed(errno: error)) }
    acceptHasFailed = true
    stopAccepting()
    _ = EventLoop.main.schedule(after: .milliseconds(100)) { [weak self] in self?.resumeAccepting() }
  }

  /// A web server has sent its request as soon as it is in the queue. A path of our own goes first, so that no further
  /// one gets there; with TCP there is no such way, only little time between the last look and the end.
  private func takeQueue() {
    socket.removeFile()
    while hasStarted, connections.count < configuration.connections, accept() {}
    socket.close()
  }

  private func sayGoodbye(_ grace: Duration) {
    for connection in connections.values { connection.sayGoodbye() }
    _ = EventLoop.main.schedule(after: grace) { [weak self] in self?.closeIdleConnections() }
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
    resumeAccepting()
    finishDrain()
  }

  func requestBegan() {
    status.requestsInFlight += 1
  }

  func requestEnded() {
    status.requestsInFlight -= 1
    status.requestsServed += 1
    finishDrain()
  }

  /// Whether there is memory for what a connection keeps.
  func charge(_ bytes: Int, insteadOf before: Int) -> Bool {
    if memory.charge(bytes, insteadOf: before) { return true }
    if memory.isNewRefusal(at: EventLoop.main.now) { report(.outOfMemory) }
    return false
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
