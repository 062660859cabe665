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

  private let socket: ListeningSocket
  private let log: @LoopActor (Notice) -> Void
  private var allowed: WebServerAddresses?
  private var connections: [Int32: Connection] = [:]
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
    self.responder = responder
    self.log = log
  }

  /// Begins to accept. Throws `FastCGIError` where libfcgi, the addresses of the web servers or the socket are unfit.
  public func start() throws(FastCGIError) {
    try selfTest()
    allowed = try WebServerAddresses(configuration.webServerAddresses)
    try watchSocket()
  }

  /// Ends the service without cutting anything off: accepts no more, answers every request whose bytes have arrived,
  /// closes connections, and returns when none is left. A socket that this process opened is closed at once, so that
  /// web servers turn to another; an inherited one stays open, for others listen there too.
  ///
  /// During `grace`, connections that are idle stay open; each is closed after its next response. A web server cannot
  /// repeat a POST that it sends at the very moment in which an idle connection is closed.
  public func drain(grace: Duration = .zero) async {
    isDraining = true
    stopAccepting()
    if socket.isOwned { closeSocket() }
    if grace > .zero, !connections.isEmpty { await EventLoop.main.sleep(for: grace) }
    closesIdleConnections = true
    for connection in connections.values { connection.endIfIdle() }
    if isIdle { return }
    await withUnsafeContinuation { drained.append($0) }
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

  /// Nobody else would accept those that wait in the queue of our own socket.
  private func closeSocket() {
    while accept() {}
    socket.close()
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
