internal import CPostgreSQL
internal import EventLoop

/// Why an attempt to connect failed.
struct ConnectionFailure: Error {
  let reason: String

  /// Of PgBouncer's refusals it says which line of its configuration lets the connection through.
  init(reason: String) {
    let complaint = reason.firstRange(of: "unsupported startup parameter")
    guard let complaint, let colon = reason[complaint.upperBound...].lastIndex(of: ":") else {
      self.reason = reason
      return
    }
    let name = reason[reason.index(after: colon)...].trimmed()
    let remedy = "leave it out of the address, PGOPTIONS and the service file"
    self.reason = "\(reason) (\(remedy), or write into pgbouncer.ini: ignore_startup_parameters = \(name))"
  }
}

/// A connection that can be used, and what was learnt about it.
struct Arrival {
  let link: Link
  let introduction: Introduction

  var peer: DatabasePeer {
    var peer = link.peer
    peer.isPooled = !introduction.isDirect
    return peer
  }
}

/// One attempt to connect: libpq's state machine, then a statement that finds out what the connection leads to; driven by
/// the loop, with a deadline for the whole.
@LoopActor final class Connector: EventHandler {
  private enum State {
    case connecting, introducing
  }

  private let configuration: DatabaseConfiguration
  /// The host to begin with. Counting up after failures gets past a host that does not answer at all.
  private let firstHost: Int
  private var state = State.connecting
  /// Ended in `fail` or handed over in `succeed`.
  private var link: Link?
  private var introduction: QueryResult?
  private var descriptor: Int32 = -1
  private var deadline: Deadline?
  private var continuation: UnsafeContinuation<Result<Arrival, ConnectionFailure>, Never>?

  init(_ configuration: DatabaseConfiguration, startingAt firstHost: Int) {
    (self.configuration, self.firstHost) = (configuration, firstHost)
  }

  func connect() async throws(ConnectionFailure) -> Arrival {
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
    switch state {
    case .connecting: poll()
    case .introducing: introduce()
    }
  }

  private func poll() {
    switch link?.poll() {
    case PGRES_POLLING_OK: askForIntroduction()
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

  // MARK: What it leads to

  private func askForIntroduction() {
    state = .introducing
    guard let link, link.setNonblocking() else { return fail(lastError) }
    let sql = SessionSettings(configuration).introduction(link.process)
    guard link.executeUnnamed(Statement(sql, number: nil), sql) else { return fail(lastError) }
    introduce()
  }

  private func introduce() {
    guard let link else { return }
    let unsent = link.flush()
    link.consumeInput()
    guard unsent >= 0, !link.isBad else { return fail(lastError) }
    while unsent == 0, !link.isBusy {
      switch link.next() {
      case .answer(.result(let pointer)): introduction = QueryResult(owning: pointer)
      case .answer(.error(let error)): return fail(error.message)
      case .end: return succeed()
      default: return fail(lastError)
      }
    }
    wait(for: unsent == 1 ? [.readable, .writable] : .readable)
  }

  private func succeed() {
    do throws(DecodingFailure) {
      guard let introduction, let link else { return fail(lastError) }
      let arrival = Arrival(link: link, introduction: try Introduction(introduction))
      self.link = nil
      finish(.success(arrival))
    } catch {
      fail("the server's answer makes no sense: \(error.found)")
    }
  }

  // MARK: The end

  private func timeOut() {
    deadline = nil
    fail("no connection within \(configuration.connectTimeout)")
  }

  private func fail(_ reason: String) {
    EventLoop.main.ignore(descriptor)
    link.take()?.end()
    finish(.failure(ConnectionFailure(reason: reason)))
  }

  private func finish(_ result: Result<Arrival, ConnectionFailure>) {
    if let deadline { EventLoop.main.cancel(deadline) }
    continuation.take()?.resume(returning: result)
  }

  private var lastError: String { link?.lastError ?? "out of memory" }
}
