internal import EventLoop
internal import Glibc

/// One connection of a web server: receives, lets the scanner judge, runs one request at a time, sends.
@LoopActor final class Connection: EventHandler {
  private enum State {
    case open
    /// Nothing is read any more; it lingers when everything was sent.
    case ending
    /// Our side has ended. What still arrives is read and forgotten until the peer ends too, since closing with unread
    /// input would reset the connection and with it the response.
    case lingering
    case closed
  }

  private enum Flight {
    case none, running, aborted
  }

  private enum Wait {
    case request, reader, quiet, end
  }

  /// How long a connection that is to end has no request before it does, where the web server cannot be asked to end it.
  private static let quiet = Duration.milliseconds(20)
  /// What a connection waits for that is open and may receive.
  private static let more: Readiness = [.readable, .peerEnded, .once]

  let server: Server
  private let descriptor: Int32
  private var state = State.open
  private var interest = Connection.more
  private var timer: (wait: Wait, deadline: Deadline)?

  private var incoming: Incoming
  /// Nothing is read as long as there is any.
  private var outgoing = Outgoing()
  private var isScanning = false
  /// What the server's account of memory was charged.
  private var charged = 0

  /// Who is at the other end; nil before its first request.
  private var webServer: WebServer?

  private let runner = RequestRunner()
  private var flight = Flight.none
  /// What the request in flight keeps in memory.
  private var cost = 0

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
    case .open where incoming.isHeld: close()  // only the peer's end is watched for
    case .open: receive(mayHaveMore: readiness.contains(.peerEnded))
    case .lingering: if Incoming.discard(descriptor) { close() }
    case .closed: break
    }
  }

  /// Begins a drain: asks the web server to end the connection, unless an answer is due that says so too.
  func sayGoodbye() {
    guard state == .open, isIdle else { return }
    if webServer == .endsWhenAsked { send(Answer.goodbye(incoming.scanner.id)) }
    settle()
  }

  /// Ends a drain: answers what has arrived; `settle` ends the connection unless a request is under way.
  func endIfIdle() {
    if state == .open, outgoing.isEmpty, !incoming.isHeld { receive(mayHaveMore: true) }
    settle()
  }
}

// MARK: Receiving

extension Connection {
  private func receive(mayHaveMore: Bool) {
    switch incoming.receive(descriptor) {
    case .bytes(let filledRoom):
      // Less than there was room for is all that there was, unless the stream's end is behind it.
      if mayHaveMore || filledRoom { watchAgain() }
      scan()
    case .nothing: break
    case .ended: close()
    }
  }

  /// Handles the records that have arrived. Not from within itself: a request that is answered at once comes back here.
  private func scan() {
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
    case .violation(let violation): fail(violation)
    }
    return true
  }

  /// A request ended before it was complete.
  private func ended() {
    stopTimer()
    if !incoming.scanner.keepsConnection { end() }
  }

  private func fail(_ violation: Violation) {
    server.report(.violation(violation))
    runner.end()
    end()
  }
}

// MARK: Memory

extension Connection {
  /// Says what the connection keeps now; false where that is too much.
  private func chargeMemory() -> Bool {
    let kept = incoming.size + cost
    let charge = kept > MemoryAccount.free ? kept : 0
    guard charge != charged else { return true }
    guard server.charge(charge, insteadOf: charged) else { return false }
    charged = charge
    return true
  }

  /// Forgets the request that arrives. What else may keep so much is no request: its connection ends.
  private func refuseForMemory() {
    if incoming.refuseForMemory() { return scan() }
    forgetInput()
    end()
  }

  private func forgetInput() {
    incoming.forget()
    _ = chargeMemory()
  }
}

// MARK: The request

extension Connection {
  private func begin() {
    guard let request = incoming.takeRequest() else { return fail(.library) }
    if webServer == nil { webServer = WebServer(request) }
    stopTimer()
    flight = .running
    server.requestBegan()
    if let refusal = refusal(of: request) { return finish(request, server.configuration.refuse(refusal)) }
    runner.run(request, for: self)
  }

  /// Why the request is not executed. One that is costs memory from here on, whatever becomes of its connection.
  private func refusal(of request: Request) -> Refusal? {
    if let refusal = incoming.scanner.refusal ?? (request.isBodyComplete ? nil : .incompleteBody) { return refusal }
    incoming.trim()
    cost = request.cost
    if chargeMemory() { return nil }
    cost = 0
    return .outOfMemory
  }

  /// Answers a request, as far as somebody waits for that.
  func finish(_ request: Request, _ response: Response) {
    let isAborted = flight == .aborted
    flight = .none
    if cost > 0 {
      cost = 0
      _ = chargeMemory()
    }
    server.requestEnded()
    guard state == .open else { return }
    if isAborted { sendEnd(request) } else { send(response, to: request) }
    incoming.requestEnded()
    if !incoming.scanner.keepsConnection { end() }
    scan()
  }

  private func abort() {
    flight = .aborted
    runner.cancel()
  }
}

// MARK: Sending

extension Connection {
  private func send(_ response: Response, to request: Request) {
    let (goodbye, response) = (goodbye(behind: request), response.checked { server.report($0) })
    Answer.withResponse(request.id, response, isHead: request.isHead) { bytes in
      // In one piece: nginx sees both at once.
      if goodbye.isEmpty { send(bytes) } else { send(Array(bytes) + goodbye) }
    }
  }

  /// Of a request that was aborted.
  private func sendEnd(_ request: Request) {
    send(Answer.abortedResponse(request.id) + goodbye(behind: request))
  }

  private func goodbye(behind request: Request) -> [UInt8] {
    let asks = server.saysGoodbye && incoming.scanner.keepsConnection && webServer == .endsWhenAsked
    return asks ? Answer.goodbye(request.id) : []
  }

  private func send(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { send($0) }
  }

  private func send(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard state == .open else { return }
    if case .broken = outgoing.send(bytes, descriptor) { close() }
  }

  private func flush() {
    guard case .taken(let count) = outgoing.flush(descriptor) else { return close() }
    if count > 0 { stopTimer() }
    if outgoing.isEmpty, state == .ending { linger() } else { scan() }
  }
}

// MARK: Waiting

extension Connection {
  private var isIdle: Bool {
    flight == .none && !incoming.scanner.isReceiving && incoming.isEmpty && outgoing.isEmpty
  }

  /// Watches and waits for what comes next.
  private func settle() {
    guard state == .open || state == .ending else { return }
    if server.closesIdleConnections, isIdle, webServer != .looksForTheEnd { return end() }
    watch(for: !outgoing.isEmpty ? .writable : incoming.isHeld ? .peerEnded : Connection.more)
    if !outgoing.isEmpty {
      startTimer(.reader, server.configuration.unreadResponseTimeout)
    } else if flight == .none, incoming.scanner.isReceiving || !incoming.isEmpty {
      startTimer(.request, server.configuration.partialRequestTimeout)
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
    timer = (wait, EventLoop.main.schedule(after: duration) { [weak self] in self?.timePassed(wait) })
  }

  private func stopTimer() {
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
  private func end() {
    guard state == .open else { return }
    state = .ending
    if outgoing.isEmpty { linger() } else { settle() }
  }

  private func linger() {
    state = .lingering
    runner.end()
    forgetInput()
    shutdown(descriptor, Int32(SHUT_WR))
    watch(for: .readable)
    if state == .lingering { startTimer(.end, server.configuration.closeTimeout) }
  }

  private func close() {
    guard state != .closed else { return }
    state = .closed
    runner.end()
    stopTimer()
    forgetInput()
    outgoing.forget()
    EventLoop.main.ignore(descriptor)
    Glibc.close(descriptor)
    server.closed(descriptor)
  }
}
