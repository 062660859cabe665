internal import EventLoop

/// The request of a connection: begun, answered or aborted, and what it keeps in memory meanwhile.
extension Connection {
  func begin() {
    guard let request = incoming.takeRequest(rest: stdin) else { return fail(.library) }
    if webServer == nil { webServer = WebServer(request) }
    stopTimer()
    clock.completed()
    flight = .running
    server.requestBegan()
    if let refusal = refusal(of: request) { return finish(request, server.configuration.refuse(refusal, request)) }
    runner.run(request, for: self)
  }

  /// Why the request is not executed. One that is costs memory from here on, whatever becomes of its connection.
  private func refusal(of request: Request) -> Refusal? {
    if let flaw = flaw(of: request) { return flaw }
    incoming.trim()
    cost = request.cost
    if chargeMemory() { return nil }
    cost = 0
    return .outOfMemory
  }

  /// Answers a request, as far as somebody waits for that.
  func finish(_ request: Request, _ response: Response) {
    conclude(request) { send(response, to: request) }
  }

  /// Answers a request piece by piece: the next is asked for when the last has left.
  func finish(_ request: Request, _ response: Response, _ rest: Response.Rest) async {
    let response = response.checked { server.report($0) }
    guard response.rest(isHead: request.isHead) != nil, state == .open, flight == .running else {
      await rest.ended(.abandoned)
      return finish(request, response)
    }
    send(response, to: request)
    settle()
    await rest.ended(send(rest, of: request))
    server.sentPieces()
    conclude(request) { sendEnd(of: request) }
  }

  /// Sends all pieces, or closes the connection where one cannot be made.
  private func send(_ rest: Response.Rest, of request: Request) async -> Response.Rest.End {
    do {
      while await hasDrained() {
        guard let piece = try await rest.next() else { return .taken }
        send(piece, of: request)
        settle()
      }
    } catch {
      if state == .open, flight == .running {
        server.report(.responseBroken("\(error)"))
        flight = .broken
      }
      close()
    }
    return .abandoned
  }

  /// The request is over, as far as the responder is concerned.
  private func conclude(_ request: Request, _ answer: () -> Void) {
    let isAborted = flight == .aborted || flight == .running && state != .open
    flight = .none
    stdin?.fail(.outOfTurn)
    stdin = nil
    clock.restarts(at: EventLoop.main.now)
    if cost > 0 {
      cost = 0
      _ = chargeMemory()
    }
    server.requestEnded(isAborted: isAborted)
    guard state == .open else { return }
    if isAborted { sendEnd(of: request) } else { answer() }
    incoming.requestEnded()
    if !incoming.scanner.keepsConnection { end() }
    scan()
  }

  func abort() {
    flight = .aborted
    runner.cancel()
    stdin?.fail(.aborted)
  }

  /// A request ended before it was complete.
  func ended() {
    clock.abandoned()
    stopTimer()
    if !incoming.scanner.keepsConnection { end() }
  }

  func fail(_ violation: Violation) {
    server.report(.violation(violation))
    giveUp()
    end()
  }

  /// Nobody waits for an answer any more.
  func giveUp() {
    runner.end()
    stdin?.fail(.aborted)
    drained()
  }
}

// MARK: Memory

extension Connection {
  /// Says what the connection keeps now; false where that is too much.
  func chargeMemory() -> Bool {
    // What arrives of a body that is read meanwhile is part of its request's cost.
    let kept = (stdin == nil ? incoming.size : 0) + cost + outgoing.size
    let charge = kept > MemoryAccount.free ? kept : 0
    guard charge != charged else { return true }
    guard server.charge(charge, insteadOf: charged) else { return false }
    charged = charge
    return true
  }

  /// Forgets the request that arrives. What else may keep so much is no request: its connection ends.
  func refuseForMemory() {
    if incoming.refuseForMemory() { return scan() }
    forgetInput()
    end()
  }

  func forgetInput() {
    incoming.forget()
    _ = chargeMemory()
  }
}
