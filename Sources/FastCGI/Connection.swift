internal import EventLoop
internal import Glibc

/// One connection of a web server: receives, lets the scanner judge, runs one request at a time, sends.
@LoopActor final class Connection: EventHandler {
  enum State {
    case open
    /// Nothing is read any more; it lingers when everything was sent.
    case ending
    /// Our side has ended. What still arrives is read and forgotten until the peer ends too, since closing with unread
    /// input would reset the connection and with it the response.
    case lingering
    case closed
  }

  /// What becomes of the request that the runner has.
  enum Flight {
    case none, running
    /// Its web server does not want the answer any more.
    case aborted
    /// Its answer has begun, and cannot be made to the end.
    case broken
  }

  private enum Wait {
    case request, piece, reader, quiet, end
  }

  /// How long a connection that is to end has no request before it does, where the web server cannot be asked to end it.
  private static let quiet = Duration.milliseconds(20)
  /// What a connection waits for that is open and may receive.
  private static let more: Readiness = [.readable, .peerEnded, .once]

  let server: Server
  let descriptor: Int32
  private(set) var state = State.open
  private var interest = Connection.more
  private var timer: (wait: Wait, deadline: Deadline)?

  var incoming: Incoming
  private var isScanning = false
  /// Nothing is read as long as there is any.
  var outgoing = Outgoing()
  /// Set while a response that comes in pieces waits until the last one has left.
  var draining: UnsafeContinuation<Void, Never>?

  /// Since when it waits for what its peer owes.
  var clock = Places.Clock(EventLoop.main.now)
  /// Who is at the other end; nil before its first request.
  var webServer: WebServer?
  /// Whether its web server is asked to end it, now or behind the next answer; see ``Server/shed(_:)``.
  var isShed = false

  let runner = RequestRunner()
  var flight = Flight.none
  /// The body of the request in flight, where that is read as it arrives.
  var stdin: Stdin?
  /// What the request in flight keeps in memory, and what the server's account of memory was charged for everything.
  var (cost, charged) = (0, 0)

  init(_ descriptor: Int32, _ server: Server) {
    self.descriptor = descriptor
    self.server = server
    incoming = Incoming(limits: server.configuration)
  }

  func start() throws(LoopError) {
    try EventLoop.main.watch(descriptor, for: interest, self)
  }

  func ready(_ readiness: Readiness) {
    switch state {
    case .open where !outgoing.isEmpty, .ending: flush()
    case .open where isPaused: close()  // only the peer's end is watched for
    case .open: receive(mayHaveMore: readiness.contains(.peerEnded))
    case .lingering: if Incoming.discard(descriptor) { close() }
    case .closed: break
    }
  }

  /// Asks the web server to end the connection, unless an answer is due that says so too.
  func sayGoodbye() {
    guard state == .open, isIdle else { return }
    if webServer == .endsWhenAsked { send(Answer.goodbye(incoming.scanner.id)) }
    settle()
  }

  /// Ends a drain: answers what has arrived; `settle` ends the connection unless a request is under way.
  func endIfIdle() {
    if state == .open, outgoing.isEmpty { receive(mayHaveMore: true) }
    settle()
  }
}

// MARK: Receiving

extension Connection {
  func receive(mayHaveMore: Bool) {
    guard !isPaused else { return }
    switch incoming.receive(descriptor) {
    case .bytes(let filledRoom):
      // Less than there was room for is all that there was, unless the stream's end is behind it.
      if mayHaveMore || filledRoom { watchAgain() }
      if timer?.wait == .piece { stopTimer() }
      scan()
    case .nothing: break
    case .ended: close()
    }
  }

  /// Handles the records that have arrived. Not from within itself: a request that is answered at once comes back here.
  func scan() {
    guard !isScanning else { return }
    isScanning = true
    while state == .open, outgoing.isEmpty, step() {}
    isScanning = false
    incoming.trim()
    if !chargeMemory() { return refuseForMemory() }
    settle()
  }

  /// Returns whether there may be more to do.
  private func step() -> Bool {
    let (event, answers) = incoming.scan()
    if !answers.isEmpty { send(answers) }
    guard state == .open else { return false }  // the peer has gone, and what it sent with it
    switch event {
    case .needsMore, .held: return false
    case .complete: begin()
    case .aborted: abort()
    case .ended: ended()
    case .body(let event): body(event)
    case .violation(let violation): fail(violation)
    }
    return true
  }
}

// MARK: Waiting

extension Connection {
  private var isIdle: Bool {
    flight == .none && !incoming.scanner.isReceiving && incoming.isEmpty && outgoing.isEmpty
  }

  /// Watches and waits for what comes next.
  func settle() {
    guard state == .open || state == .ending else { return }
    if server.closesIdleConnections, isIdle, webServer != .looksForTheEnd { return end() }
    watch(for: !outgoing.isEmpty ? .writable : isPaused ? .peerEnded : Connection.more)
    if !outgoing.isEmpty {
      startTimer(.reader, server.configuration.unreadResponseTimeout)
    } else if flight == .none, incoming.scanner.isReceiving || !incoming.isEmpty {
      startTimer(.request, server.configuration.partialRequestTimeout)
    } else if stdin?.isAwaited == true {
      startTimer(.piece, server.configuration.partialRequestTimeout)
    } else if server.isDraining, isIdle, webServer == .looksForTheEnd {
      startTimer(.quiet, server.closesIdleConnections ? .zero : Connection.quiet)
    } else {
      stopTimer()
    }
  }

  private func watch(for next: Readiness) {
    guard next != interest else { return }
    interest = next
    watchAgain()
  }

  /// What is there already counts as new.
  private func watchAgain() {
    do { try EventLoop.main.watch(descriptor, for: interest, self) } catch { close() }
  }

  private func startTimer(_ wait: Wait, _ duration: Duration) {
    if let timer, timer.wait == wait { return }
    stopTimer()
    if wait == .request { clock.begins(at: EventLoop.main.now) } else { clock.restarts(at: EventLoop.main.now) }
    timer = (wait, EventLoop.main.schedule(after: duration) { [weak self] in self?.timePassed(wait) })
  }

  func stopTimer() {
    guard let timer else { return }
    EventLoop.main.cancel(timer.deadline)
    self.timer = nil
  }

  private func timePassed(_ wait: Wait) {
    timer = nil
    switch wait {
    case .request:
      server.report(.partialRequestTimedOut)
      end()
    case .piece: bodyIsLate()
    case .reader:
      server.report(.responseUnread)
      close()
    case .quiet:
      // What has arrived meanwhile is answered, and the time begins again.
      receive(mayHaveMore: true)
      if timer == nil, isIdle { end() }
    case .end: close()
    }
  }
}

// MARK: Ending

extension Connection {
  /// Ends the connection once everything was sent.
  func end() {
    guard state == .open else { return }
    state = .ending
    if outgoing.isEmpty { linger() } else { settle() }
  }

  func linger() {
    state = .lingering
    giveUp()
    forgetInput()
    shutdown(descriptor, Int32(SHUT_WR))
    watch(for: .readable)
    if state == .lingering { startTimer(.end, server.configuration.closeTimeout) }
  }

  func close() {
    guard state != .closed else { return }
    state = .closed
    giveUp()
    stopTimer()
    outgoing.forget()
    forgetInput()
    EventLoop.main.ignore(descriptor)
    Glibc.close(descriptor)
    server.closed(descriptor)
  }
}
