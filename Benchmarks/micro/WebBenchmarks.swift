internal import EmailAddress
internal import EventLoop
internal import PostgreSQL
internal import Users
internal import WebAPI

/// JSON, routing and validation.
@LoopActor func webBenchmarks() -> [Benchmark] {
  [
    parse("json-parse", Recorded.createBody),
    write("json-write-1", Array(User.samples.prefix(1))),
    write("json-write-100", User.samples),
    stream("json-stream-1000"),
    writeNumbers("json-write-numbers"),
    refuse("refuse-large"),
    route("route-list", "/users/"),
    route("route-read", "/users/4711"),
    email("email-plain", "zoe.bergstroem@example.com"),
    email("email-international", "zoë.bergström@bücher.example"),
  ]
}

private func parse(_ name: String, _ body: [UInt8]) -> Benchmark {
  Benchmark(name) {
    guard case .object = try JSONParser.parse(body) else { throw Unexpected("no object") }
    return 1
  }
}

private func write(_ name: String, _ users: [User]) -> Benchmark {
  let list = users.map { UserOut($0) }
  return Benchmark(name) {
    var writer = JSONWriter()
    list.write(to: &writer)
    return writer.bytes.count
  }
}

/// A thousand users, written one after another as they are found: about a piece of a long list.
@LoopActor private func stream(_ name: String) -> Benchmark {
  let users = User.samples.map { UserOut($0) }
  let list = ArrayStream<UserOut> { array in
    for _ in 0..<10 {
      for user in users { array.append(user) }
    }
    return false
  }
  return Benchmark(name) {
    var length = 0
    Task.immediate { length = try await list.response(status: 200).body.count }
    guard length > 0 else { throw Unexpected("the list has to wait") }
    return length
  }
}

/// Numbers of every layout that there is.
private func writeNumbers(_ name: String) -> Benchmark {
  let numbers = (1...100).flatMap { number in [1e15, 0.1, 1 / 3, -1e-7, 1.5e300, 1e16].map { $0 * Double(number) } }
  let array = JSONValue.array(numbers.map(JSONValue.number))
  return Benchmark(name) {
    var writer = JSONWriter()
    writer.value(array)
    return writer.bytes.count
  }
}

/// A body of 64 KiB that is read for nothing, and of which both missing fields are told.
private func refuse(_ name: String) -> Benchmark {
  let body = Array((#"{"x":["# + String(repeating: "1e15,", count: 13_000) + "1]}").utf8)
  return Benchmark(name) {
    let input = try JSONParser.parse(body)
    let errors = ["email", "name"].map {
      ValidationError("missing", "Field required", input: input, location: [.key("body"), .key($0)])
    }
    return RequestValidationError(errors).response.body.count
  }
}

private func route(_ name: String, _ path: String) -> Benchmark {
  let router = Router(Users().operations(Depends { throw Unexpected("there is no database") }))
  return Benchmark(name) {
    guard case .operation(_, let values) = router.match("GET", path) else { throw Unexpected("no route") }
    return values.count
  }
}

private func email(_ name: String, _ address: String) -> Benchmark {
  Benchmark(name) { try EmailAddress(address).normalized.utf8.count }
}
