internal import CPostgreSQL
internal import EventLoop

/// Why an attempt to connect failed.
struct ConnectionFailure: Error {
  let reason: String
}

/// One attempt to connect: libpq's state machine, driven by the loop, with a deadline for the whole.
@LoopActor final class Connector: EventHandler {
  private let configuration: DatabaseConfiguration
  /// The host to begin with. Counting up after failures gets past a host that does not answer at all.
  private let firstHost: Int
  /// Ended in `fail` or handed over in `succeed`.
  private var link: Link?
  private var descriptor: Int32 = -1
  private var deadline: Deadline?
  private var continuation: UnsafeContinuation<Result<Link, ConnectionFailure>, Never>?

  init(_ configuration: DatabaseConfiguration, startingAt firstHost: Int) {
    (self.configuration, self.firstHost) = (configuration, firstHost)
  }

  func connect() async throws(ConnectionFailure) -> Link {
    let start = EventLoop.main.now
    let hosts = await configuration.hosts().resolved(within: configuration.connectTimeout)
    let left = configuration.connectTimeout - (EventLoop.main.now - start)
    let result = await withUnsafeContinuation { continuation in
      self.continuation = continuation
      deadline = EventLoop.main.schedule(after: left) { [weak self] in self?.timeOut() }
      begin(configuration.parameters(hosts.rotated(by: firstHost)))
    }
    return try result.get()
  }

  private func begin(_ parameters: [DatabaseConfiguration.Keyword]) {
    link = Link.start(parameters)
    guard let link, !link.isBad else { return fail(lastError) }
    wait(for: .writable)
  }

  /// libpq may have closed its socket and opened another, even under the same number.
  func ready(_ readiness: Readiness) {
    EventLoop.main.ignore(descriptor)
    switch link?.poll() {
    case PGRES_POLLING_OK: succeed()
    case PGRES_POLLING_READING: wait(for: .readable)
    case PGRES_POLLING_WRITING: wait(for: .writable)
    default: fail(lastError)
    }
  }

  private func wait(for interest: Readiness) {
    descriptor = link?.descriptor ?? -1
    do throws(LoopError) {
      try EventLoop.main.watch(descriptor, for: interest, self)
    } catch {
      fail("epoll refuses the socket: error \(error.errno)")
    }
  }

  private func succeed() {
    guard let link = link.take() else { return }
    finish(.success(link))
  }

  private func timeOut() {
    deadline = nil
    fail("no connection within \(configuration.connectTimeout)")
  }

  private func fail(_ reason: String) {
    EventLoop.main.ignore(descriptor)
    link.take()?.end()
    finish(.failure(ConnectionFailure(reason: reason)))
  }

  private func finish(_ result: Result<Link, ConnectionFailure>) {
    if let deadline { EventLoop.main.cancel(deadline) }
    continuation.take()?.resume(returning: result)
  }

  private var lastError: String { link?.lastError ?? "out of memory" }
}
