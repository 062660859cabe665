internal import EventLoop
internal import FastCGI
internal import Gateway
internal import PostgreSQL
internal import Users
internal import WebAPI

/// Whole requests: nginx's bytes in, the bytes for nginx out. The users come from memory instead of a session.
@LoopActor func requestBenchmarks() -> [Benchmark] {
  let reading = api(readOperations)
  // The application's own operations: everything up to the moment at which they want a session, and then a 503.
  let application = api(Users().operations(Depends(ready: { throw HTTPError.unavailable("Service Unavailable") })))
  return [
    exchange("request-read", Recorded.readUser, reading, status: 200),
    exchange("request-list", Recorded.listUsers, reading, status: 200),
    exchange("request-create", Recorded.createUser, application, status: 503),
  ]
}

private func api(_ operations: [Operation]) -> API {
  API(title: "Benchmark", version: "1", operations)
}

/// Like those of the application, but that there is nothing to wait for.
private var readOperations: [Operation] {
  let users = Depends(ready: { User.samples })
  return [
    Operation(
      .get, "/users/", "read_users",
      Inputs(
        Query<Int64>("skip", default: 0, .atLeast(0)), Query<Int64>("limit", default: 100, .atLeast(0)), users),
      returns: [UserOut].self
    ) { _, _, users in users.map { UserOut($0) } },
    Operation(
      .get, "/users/{user_id}", "read_user", Inputs(Path<Int32>("user_id"), users), returns: UserOut.self
    ) { _, users in UserOut(users[0]) },
  ]
}

@LoopActor private func exchange(_ name: String, _ stream: [UInt8], _ api: API, status: Int) -> Benchmark {
  let exchange = Exchange(api)
  return Benchmark(name) {
    let count = try exchange.answer(stream)
    guard exchange.status == status else { throw Unexpected("the status is \(exchange.status)") }
    return count
  }
}

/// A connection and the application behind it, without the socket.
@LoopActor private final class Exchange {
  private let api: API
  private var received = Received()
  private var answer: [UInt8] = []
  private(set) var status = 0

  init(_ api: API) {
    self.api = api
  }

  /// The length of the answer. A connection prefers the loop for its tasks, by which they wait for the loop's next turn;
  /// that is not counted here.
  func answer(_ stream: [UInt8]) throws -> Int {
    _ = try received.take(stream)
    let request = try received.request()
    answer = []
    Task.immediate { await self.run(request) }
    guard !answer.isEmpty else { throw Unexpected("the handler has to wait") }
    received.end()
    return answer.count
  }

  private func run(_ request: FastCGI.Request) async {
    let response = await api.respond(to: request.http())
    status = response.status
    answer = records(FastCGI.Response(response), to: request)
  }
}
