internal import EventLoop
internal import Logging
internal import PostgreSQL
public import Resources
internal import TestSupport
public import WebAPI

/// An API in a test: requests go to it in the test's own process, without a web server.
///
/// ```swift
/// let answer = await api.post("/groups/", #"{"title": "Friends"}"#)
/// #expect(answer.status == 201)
/// ```
public struct TestAPI: Sendable {
  private let api: API

  /// The API of resources without a database: whoever asks for a session gets a 503. Enough to test what is refused before, and
  /// what is documented. Throws ``Problems`` where the operations do not fit together.
  public init(_ resources: any Resource...) throws {
    try self.init(resources, Depends(ready: { throw HTTPError.unavailable("there is no database") }))
  }

  init(_ resources: [any Resource], _ session: Depends<Session>) throws {
    api = API(title: "Test", version: "1", resources, session, logger: testLogger)
    let problems = api.problems()
    if !problems.isEmpty { throw Problems(description: problems.joined(separator: "; ")) }
  }

  /// What of the operations does not fit together.
  public struct Problems: Error, CustomStringConvertible {
    /// All of it, as `API.problems()` has it.
    public let description: String
  }

  /// The OpenAPI document.
  public var document: JSONValue { api.document }

  /// GET.
  public func get(_ target: String, headers: KeyValuePairs<String, String> = [:]) async -> TestAnswer {
    await send("GET", target, headers: headers)
  }

  /// POST, of JSON.
  public func post(_ target: String, _ json: String, headers: KeyValuePairs<String, String> = [:]) async -> TestAnswer
  {
    await send("POST", target, json, headers: headers)
  }

  /// PUT, of JSON if there is any.
  public func put(
    _ target: String, _ json: String? = nil, headers: KeyValuePairs<String, String> = [:]
  ) async -> TestAnswer {
    await send("PUT", target, json, headers: headers)
  }

  /// PATCH, of JSON.
  public func patch(_ target: String, _ json: String, headers: KeyValuePairs<String, String> = [:]) async
    -> TestAnswer
  {
    await send("PATCH", target, json, headers: headers)
  }

  /// DELETE.
  public func delete(_ target: String, headers: KeyValuePairs<String, String> = [:]) async -> TestAnswer {
    await send("DELETE", target, headers: headers)
  }

  /// Any method, with a body of JSON if there is any. An answer that streams is taken to its end.
  public func send(
    _ method: String, _ target: String, _ json: String? = nil, headers: KeyValuePairs<String, String> = [:]
  ) async -> TestAnswer {
    let request = Request(
      method: method, target: target, contentType: json == nil ? nil : "application/json",
      headers: headers.map { ($0.key, $0.value) }, body: Array((json ?? "").utf8))
    startLoop()
    return await answer(to: request)
  }

  /// On the loop, whose connections and sessions it may want.
  @LoopActor private func answer(to request: Request) async -> TestAnswer {
    let response = await api.respond(to: request)
    guard let rest = response.rest else { return TestAnswer(response, response.body) }
    var body = response.body
    do {
      while let piece = try await rest.next() { body += piece }
      await rest.ended(.taken)
      return TestAnswer(response, body)
    } catch {
      await rest.ended(.abandoned)
      return TestAnswer(response, body, isComplete: false)
    }
  }
}

/// What a ``TestAPI`` has answered.
public struct TestAnswer: Sendable, CustomStringConvertible {
  /// The status code.
  public let status: Int
  /// The body, as text.
  public let body: String
  /// False where an answer that streams has broken off.
  public let isComplete: Bool
  private let headers: [(name: String, value: String)]

  init(_ response: Response, _ body: [UInt8], isComplete: Bool = true) {
    (status, headers, self.isComplete) = (response.status, response.headers, isComplete)
    self.body = String(decoding: body, as: UTF8.self)
  }

  /// The value of a field of the header, whatever the case of its name.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// `201 {"id":1,"title":"Friends"}`
  public var description: String { body.isEmpty ? "\(status)" : "\(status) \(body)" }
}

/// What a test would want to know is in its answers; what went wrong behind a 500 or a 503 is on standard error.
let testLogger: Logger = {
  var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
  logger.logLevel = .warning
  return logger
}()
