internal import EventLoop
internal import Glibc

/// One connection of a web server: receives, lets the scanner judge, runs one request at a time, sends.
///
/// Three states. Open: as above. Lingering: our side has ended, and what still arrives is read and forgotten until the
/// peer ends too, since closing with unread input would reset the connection and with it the response. Closed.
@LoopActor final class Connection: EventHandler {
  private enum State {
    case open, lingering, closed
  }

  private enum Wait {
    case request, reader, quiet, end
  }

  /// The memory for input that an idle connection may keep: enough for requests without a body.
  private static let kept = 2048
  /// How long a connection that is to end has no request before it does, where the web server cannot be asked to end it.
  private static let quiet = Duration.milliseconds(20)
  /// Where all connections receive; one of their own holds only what could not be used at once.
  private static let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64 << 10)

  private let descriptor: Int32
  private let server: Server
  private var state = State.open
  /// What a connection waits for that is open and may receive.
  private static let more: Readiness = [.readable, .peerEnded, .once]
  private var interest = Connection.more
  private var timer: (wait: Wait, deadline: Deadline)?

  private var scanner: RecordScanner
  /// Bytes that were received and not taken: of a request that is not complete, or of one that waits.
  private var received: [UInt8] = []
  /// Bytes that the socket has not taken yet. Nothing is read as long as there are any.
  private var unsent: ArraySlice<UInt8> = []
  private var isHeld = false
  private var isScanning = false
  private var endsWhenSent = false
  /// What the server's account of memory was charged.
  private var charged = 0

  /// Who is at the other end; nil before its first request.
  private var webServer: WebServer?

  private var isInFlight = false
  /// What the request in flight keeps in memory.
  private var cost = 0
  private var isAborted = false
  /// Runs one request after the other; a task for each would cost as much again as reading the request does.
  private var runner: Task<Void, Never>?
  /// What the runner takes up next.
  private var next: Request?
  /// Set while the runner waits for a request.
  private var idleRunner: UnsafeContinuation<Void, Never>?

  init(_ descriptor: Int32, _ server: Server) {
    self.descriptor = descriptor
    self.server = server
    scanner = RecordScanner(limits: server.configuration)
  }

  func start() throws(LoopError) {
    try EventLoop.main.watch(descriptor, for: interest, self)
  }

  func ready(_ readiness: Readiness) {
    switch state {
    case .lingering: discard()
    case .open where !unsent.isEmpty: flush()
    case .open where isHeld: close()  // only the peer's end is watched for
    case .open: receive(mayHaveMore: readiness.contains(.peerEnded))
    case .closed: break
    }
  }

  /// Begins a drain: asks the web server to end the connection, unless an answer is due that says so too.
  func sayGoodbye() {
    guard state == .open, isIdle else { return }
    if webServer == .endsWhenAsked { send(Answer.goodbye(scanner.id)) }
    settle()
  }

  /// Ends a drain: answers what has arrived; `settle` ends the connection unless a request is under way.
  func endIfIdle() {
    if state == .open, unsent.isEmpty, !isHeld { receive(mayHaveMore: true) }
    settle()
  }
}

// MARK: Receiving

extension Connection {
  private func receive(mayHaveMore: Bool) {
    let count = recv(descriptor, Connection.scratch.baseAddress, Connection.scratch.count, 0)
    guard count > 0 else {
      if count == 0 || !isTemporary(errno) { close() }
      return
    }
    received.append(contentsOf: Connection.scratch[..<count])
    // Less than there was room for is all that there was, unless the stream's end is behind it.
    if mayHaveMore || count == Connection.scratch.count { watchAgain() }
    scan()
  }

  /// Handles the records that have arrived. Not from within itself: a request that is answered at once comes back here.
  private func scan() {
    guard !isScanning else { return }
    isScanning = true
    while state == .open, unsent.isEmpty, !endsWhenSent, step() {}
    isScanning = false
    freeReceived()
    if !chargeMemory() { return refuseForMemory() }
    settle()
  }

  /// A connection that has little to keep owns no more than that.
  private func freeReceived() {
    guard received.count <= Connection.kept, received.capacity > Connection.kept else { return }
    received = received.withUnsafeBufferPointer { Array($0) }
  }

  /// Says what the connection keeps now; false where that is too much.
  private func chargeMemory() -> Bool {
    let kept = received.capacity + cost
    let charge = kept > MemoryAccount.free ? kept : 0
    guard charge != charged else { return true }
    guard server.charge(charge, insteadOf: charged) else { return false }
    charged = charge
    return true
  }

  /// Forgets the request that arrives. What else may keep so much is no request: its connection ends.
  private func refuseForMemory() {
    guard scanner.refuseForMemory(&received) else {
      received = []
      _ = chargeMemory()
      return end()
    }
    scan()
  }

  /// Returns whether there may be more to do.
  private func step() -> Bool {
    let event = scanner.scan(&received)
    isHeld = event == .held
    let answers = scanner.takeAnswers()
    if !answers.isEmpty { send(answers) }
    guard state == .open else { return false }  // the peer has gone, and the buffer with it
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
    if !scanner.keepsConnection { end() }
  }

  private func fail(_ violation: Violation) {
    server.report(.violation(violation))
    cancelRequest()
    end()
  }
}

// MARK: The request

extension Connection {
  private func begin() {
    let request = received.withUnsafeBytes {
      Request(
        stream: UnsafeRawBufferPointer(rebasing: $0[..<scanner.accepted]), parametersEnd: scanner.parametersEnd,
        bodyLength: scanner.bodyLength)
    }
    scanner.discardAccepted(&received)
    guard let request else { return fail(.library) }
    if webServer == nil { webServer = WebServer(request) }
    stopTimer()
    isAborted = false
    isInFlight = true
    server.requestBegan()
    if let refusal = refusal(of: request) { return finish(request, server.configuration.refuse(refusal)) }
    next = request
    wakeRunner()
  }

  /// Why the request is not executed. One that is costs memory from here on, whatever becomes of its connection.
  private func refusal(of request: Request) -> Refusal? {
    if let refusal = scanner.refusal ?? (request.isBodyComplete ? nil : .incompleteBody) { return refusal }
    freeReceived()
    cost = request.cost
    if chargeMemory() { return nil }
    cost = 0
    return .outOfMemory
  }

  /// A runner that is at work looks for the next request by itself.
  private func wakeRunner() {
    if let idle = idleRunner.take() {
      idle.resume()
    } else if runner == nil {
      runner = EventLoop.main.start { await self.run() }
    }
  }

  /// Ends with the connection, or when it was cancelled together with a request.
  private func run() async {
    while let request = next.take() {
      finish(request, await server.responder(request))
      if Task.isCancelled { break }
      if next == nil, state == .open { await withUnsafeContinuation { idleRunner = $0 } }
    }
    runner = nil
    if next != nil { wakeRunner() }
  }

  private func finish(_ request: Request, _ response: Response) {
    isInFlight = false
    if cost > 0 {
      cost = 0
      _ = chargeMemory()
    }
    server.requestEnded()
    guard state == .open, !endsWhenSent else { return }
    answer(request, response)
    scanner.requestEnded()
    if !scanner.keepsConnection { end() }
    scan()
  }

  private func answer(_ request: Request, _ response: Response) {
    let asks = server.saysGoodbye && scanner.keepsConnection && webServer == .endsWhenAsked
    let goodbye = asks ? Answer.goodbye(request.id) : []
    guard !isAborted else { return send(Answer.abortedResponse(request.id) + goodbye) }
    let response = response.checked { server.report($0) }
    Answer.withResponse(request.id, response, isHead: request.isHead) { bytes in
      // In one piece: nginx sees both at once.
      if goodbye.isEmpty { send(bytes) } else { send(Array(bytes) + goodbye) }
    }
  }

  /// Nobody waits for an answer any more, and no request will follow.
  private func cancelRequest() {
    runner?.cancel()
    idleRunner.take()?.resume()
  }

  private func abort() {
    isAborted = true
    runner?.cancel()
  }
}

// MARK: Sending

extension Connection {
  private func send(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { send($0) }
  }

  /// Hands to the socket what it takes at once, and keeps the rest.
  private func send(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard state == .open else { return }
    let sent = unsent.isEmpty ? transmit(UnsafeRawBufferPointer(bytes)) : 0
    guard let sent else { return close() }
    if sent < bytes.count { unsent.append(contentsOf: bytes[sent...]) }
  }

  /// How many bytes the socket has taken; nil when it is broken.
  private func transmit(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    return count >= 0 ? count : isTemporary(errno) ? 0 : nil
  }

  private func flush() {
    guard let sent = unsent.withUnsafeBytes({ transmit($0) }) else { return close() }
    if sent > 0 { stopTimer() }
    unsent = sent < unsent.count ? unsent.dropFirst(sent) : []
    if unsent.isEmpty, endsWhenSent { linger() } else { scan() }
  }
}

// MARK: Waiting and ending

extension Connection {
  /// Watches and waits for what comes next.
  private func settle() {
    guard state == .open, !endsWhenSent || !unsent.isEmpty else { return }
    if server.closesIdleConnections, isIdle, webServer != .looksForTheEnd { return end() }
    watch(for: !unsent.isEmpty ? .writable : isHeld ? .peerEnded : Connection.more)
    if !unsent.isEmpty {
      startTimer(.reader, server.configuration.unreadResponseTimeout)
    } else if !isInFlight, scanner.isReceiving || !received.isEmpty {
      startTimer(.request, server.configuration.partialRequestTimeout)
    } else if server.isDraining, isIdle, webServer == .looksForTheEnd {
      startTimer(.quiet, server.closesIdleConnections ? .zero : Connection.quiet)
    } else {
      stopTimer()
    }
  }

  private var isIdle: Bool { !isInFlight && !scanner.isReceiving && received.isEmpty && unsent.isEmpty }

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

  /// Ends the connection once everything was sent.
  private func end() {
    guard state == .open else { return }
    endsWhenSent = true
    if unsent.isEmpty { linger() } else { settle() }
  }

  private func linger() {
    state = .lingering
    cancelRequest()
    received = []
    _ = chargeMemory()
    shutdown(descriptor, Int32(SHUT_WR))
    watch(for: .readable)
    if state == .lingering { startTimer(.end, server.configuration.closeTimeout) }
  }

  private func discard() {
    let count = recv(descriptor, Connection.scratch.baseAddress, Connection.scratch.count, 0)
    if count == 0 || (count < 0 && !isTemporary(errno)) { close() }
  }

  private func close() {
    guard state != .closed else { return }
    state = .closed
    cancelRequest()
    stopTimer()
    received = []
    unsent = []
    _ = chargeMemory()
    EventLoop.main.ignore(descriptor)
    Glibc.close(descriptor)
    server.closed(descriptor)
  }
}

/// Whether a system call on a non-blocking socket may succeed later.
func isTemporary(_ error: Int32) -> Bool {
  error == EAGAIN || error == EINTR
}
