internal import EventLoop

/// What a connection sends.
extension Connection {
  func send(_ response: Response, to request: Request) {
    let response = response.checked { server.report($0) }
    let (content, isWhole) = (response.content(isHead: request.isHead), response.rest(isHead: request.isHead) == nil)
    guard content.count < Answer.longContent else {
      let head = Answer.head(request.id, response)
      return send(content, of: request, front: head, behind: isWhole ? end(of: request) : [])
    }
    let goodbye = isWhole ? goodbye(behind: request) : []
    Answer.withResponse(request.id, response, isHead: request.isHead) { bytes in
      // In one piece: nginx sees both at once.
      if goodbye.isEmpty { send(bytes) } else { send(Array(bytes) + goodbye) }
    }
  }

  /// A piece of a response.
  func send(_ piece: [UInt8], of request: Request, front: [UInt8] = [], behind: [UInt8] = []) {
    Answer.withParts(request.id, front: front, piece, behind: behind) { parts in
      send { outgoing.send(parts, descriptor) }
    }
  }

  /// The end of a response that came in pieces, or that nobody wants any more.
  func sendEnd(of request: Request) {
    send(end(of: request))
  }

  private func end(of request: Request) -> [UInt8] {
    Answer.end(request.id) + goodbye(behind: request)
  }

  private func goodbye(behind request: Request) -> [UInt8] {
    let asks = (server.saysGoodbye || isShed) && incoming.scanner.keepsConnection && webServer == .endsWhenAsked
    return asks ? Answer.goodbye(request.id) : []
  }

  func send(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { send($0) }
  }

  private func send(_ bytes: UnsafeBufferPointer<UInt8>) {
    send { outgoing.send(bytes, descriptor) }
  }

  @inline(__always) private func send(_ hand: () -> Outgoing.Outcome) {
    guard state == .open else { return }
    if case .broken = hand() { return close() }
    // What the web server does not take at once is kept, and where there is no room for it, it cannot be answered.
    if !outgoing.isEmpty, !chargeMemory() { close() }
  }

  func flush() {
    guard case .taken(let count) = outgoing.flush(descriptor) else { return close() }
    if count > 0 { stopTimer() }
    if outgoing.isEmpty, draining != nil {
      receive(mayHaveMore: true)  // an abort, before the next piece is asked for
      drained()
    }
    if outgoing.isEmpty, state == .ending { linger() } else { scan() }
  }

  /// Waits until the web server has taken everything. False where nobody wants more.
  func hasDrained() async -> Bool {
    if state == .open, !outgoing.isEmpty { await withUnsafeContinuation { draining = $0 } }
    return state == .open && flight == .running
  }

  /// There is nothing left to send.
  func drained() {
    draining.take()?.resume()
  }
}
