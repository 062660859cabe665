internal import EventLoop
internal import FastCGI

/// FastCGI: the scanner alone, and what libfcgi parses and writes.
@LoopActor func protocolBenchmarks() -> [Benchmark] {
  [
    scan("scan-read", Recorded.readUser),
    scan("scan-create", Recorded.createUser),
    Benchmark("fastcgi-request") { try parameterLength(request(Recorded.createUser)) },
    Benchmark("fastcgi-response") {
      let request = try request(Recorded.readUser)
      return { records(Response(status: 200, headers: headers, body: body), to: request).count }
    },
    // What is handed to the socket for a piece of a long list.
    Benchmark("fastcgi-piece") { Answer.withParts(1, piece) { $0.reduce(0) { $0 + $1.count } } },
  ]
}

private func scan(_ name: String, _ stream: [UInt8]) -> Benchmark {
  Benchmark(name) {
    var received = Received()
    let length = try received.take(stream)
    received.end()
    return length
  }
}

@LoopActor private func request(_ stream: [UInt8]) throws -> Request {
  var received = Received()
  _ = try received.take(stream)
  return try received.request()
}

@LoopActor private func parameterLength(_ request: Request) -> Int {
  let values = [
    request.parameter("REQUEST_METHOD"), request.parameter("REQUEST_URI"), request.field("CONTENT_TYPE"),
    request.parameter("HTTP_HOST"), request.parameter("REQUEST_SCHEME"),
  ]
  var length = request.body.count
  // Not a closure: each call of an isolated one looks up the executor, which would be counted.
  for case .some(let value) in values { length += value.utf8.count }
  return length
}

private let piece = [UInt8](repeating: 65, count: 128 << 10)
private let headers = [("Content-Type", "application/json")]
private let body = Array(
  #"{"email":"zoe.bergstroem@example.com","name":"Zoë Bergström","id":4711,"created_at":"2026-11-23T08:00:00.123456Z"}"#
    .utf8)
