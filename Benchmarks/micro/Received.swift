internal import EventLoop
internal import FastCGI

/// What a connection does with the bytes that it receives, without its socket.
struct Received {
  private var scanner = RecordScanner(limits: ServerConfiguration())
  private var bytes: [UInt8] = []

  /// Scans one whole request; the length of what libfcgi gets.
  mutating func take(_ stream: [UInt8]) throws -> Int {
    bytes.append(contentsOf: stream)
    guard scanner.scan(&bytes) == .complete else { throw Unexpected("the scanner does not take the request") }
    return scanner.accepted
  }

  /// The request that was taken, parsed by libfcgi.
  @LoopActor mutating func request() throws -> Request {
    let request = bytes.withUnsafeBytes {
      Request(
        stream: UnsafeRawBufferPointer(rebasing: $0[..<scanner.accepted]), parametersEnd: scanner.parametersEnd,
        bodyLength: scanner.bodyLength)
    }
    scanner.discardAccepted(&bytes)
    guard let request else { throw Unexpected("libfcgi does not take the request") }
    return request
  }

  /// The request was answered.
  mutating func end() {
    scanner.requestEnded()
  }
}

/// The records that answer a request.
@LoopActor func records(_ response: Response, to request: Request) -> [UInt8] {
  Answer.withResponse(request.id, response.checked { _ in }, isHead: request.isHead) { Array($0) }
}
