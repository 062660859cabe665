internal import EventLoop

/// The body of a request that is answered while it arrives.
extension Connection {
  func body(_ event: RecordScanner.Body) {
    switch event {
    case .begins: chooseReading()
    case .piece: stdin?.deliver(incoming.takePiece())
    case .ends: endBody()
    case .tooLarge: stdin?.fail(.tooLarge)
    }
  }

  /// Whether nothing is to be received: a next request waits for the end of this one, or a piece of its body to be taken.
  var isPaused: Bool { incoming.isHeld || stdin?.isFull == true }

  private func chooseReading() {
    let head = incoming.head()
    guard case .pieces(let limit)? = server.configuration.bodyReading?(head) else { return incoming.gather() }
    incoming.stream(limit: limit ?? server.configuration.bodyLimit)
    stdin = Stdin(self, announced: head.contentLength)
    begin()
  }

  private func endBody() {
    stdin?.deliver(incoming.takePiece())
    stdin?.end(incoming.scanner.bodyLength)
  }

  /// Why a request cannot be answered, whose body has come or begun to.
  func flaw(of request: Request) -> Refusal? {
    if let refusal = incoming.scanner.refusal { return refusal }
    guard request.rest != nil else { return request.isComplete(request.body.count) ? nil : .incompleteBody }
    return request.contentLength.map { $0 > incoming.scanner.pieces.limit } == true ? .bodyTooLarge : nil
  }

  func bodyIsLate() {
    server.report(.bodyTimedOut)
    stdin?.fail(.late)
    settle()
  }
}
