import Synchronization
import Testing

@testable import WebAPI

struct DependsTests {
  /// What happened, in its order.
  private final class Diary: Sendable {
    private let lines = Mutex<[String]>([])
    func note(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  private struct Failure: Error {}

  private struct Item: Schema {
    let name: String
    static let schema = ObjectSchema<Item>("Item", Item.init, Field("name", \.name, .string))
  }

  private static func dependency(_ name: String, _ diary: Diary, releasing error: (any Error)? = nil) -> Depends<
    String
  > {
    Depends({ () async throws -> String in
      diary.note("make \(name)")
      return name
    }) { value, outcome in
      switch outcome {
      case .success: diary.note("\(value) succeeded")
      case .failure(let error): diary.note("\(value) failed: \(error)")
      }
      if let error { throw error }
    }
  }

  private static func answer<Arguments>(
    _ inputs: Inputs<Arguments>, _ request: Request = Request(method: "GET", target: "/items"),
    security: HTTPBearer? = nil,
    _ handler: @escaping @Sendable (Arguments) async throws -> Item
  ) async -> (status: Int, body: String) {
    let api = API(
      title: "Test", version: "1",
      [Operation(.get, "/items", "read_items", inputs, returns: Item.self, handler: handler)], security: security,
      translate: { error, _ in error is Failure ? Response(status: 418) : nil })
    let response = await api.respond(to: request)
    return (response.status, String(decoding: response.body, as: UTF8.self))
  }

  @Test func `those that were made are told of success, the last one first`() async {
    let diary = Diary()
    let (status, _) = await Self.answer(
      Inputs(Self.dependency("one", diary), Self.dependency("two", diary))
    ) { one, two in
      diary.note("handle")
      return Item(name: one + two)
    }
    #expect(status == 200)
    #expect(diary.all == ["make one", "make two", "handle", "two succeeded", "one succeeded"])
  }

  @Test func `they are told of an error, which is answered as ever`() async {
    let diary = Diary()
    let (status, _) = await Self.answer(Inputs(Self.dependency("one", diary))) { _ in throw HTTPError(404, "None") }
    #expect(status == 404)
    #expect(diary.all.count == 2 && diary.all.last?.hasPrefix("one failed: ") == true)
  }

  @Test func `one that cannot end makes the answer an error, of which the others are told`() async {
    let diary = Diary()
    let (status, _) = await Self.answer(
      Inputs(Self.dependency("one", diary), Self.dependency("two", diary, releasing: Failure()))
    ) { one, two in Item(name: one + two) }
    #expect(status == 418)
    #expect(diary.all.suffix(2) == ["two succeeded", "one failed: Failure()"])
  }

  @Test func `an error of the handler stays the answer where ending fails too`() async {
    let diary = Diary()
    let (status, _) = await Self.answer(Inputs(Self.dependency("one", diary, releasing: Failure()))) { _ in
      throw HTTPError(409, "No")
    }
    #expect(status == 409)
  }

  @Test func `one that cannot be made is told nothing, those before it are`() async {
    let diary = Diary()
    let (status, _) = await Self.answer(
      Inputs(Self.dependency("one", diary), Depends<Int>({ () async throws -> Int in throw HTTPError(401, "Who?") }))
    ) { _, _ in Item(name: "") }
    #expect(status == 401)
    #expect(diary.all.count == 2 && diary.all.last?.hasPrefix("one failed: ") == true)
  }

  @Test func `what several want is made once, and ends behind them`() async {
    let diary = Diary()
    let shared = Self.dependency("shared", diary)
    let left = Depends(Inputs(shared)) {
      "left of \($0)"
    } release: { _, _ in
      diary.note("left ends")
    }
    let right = Depends(Inputs(shared, left)) { "right of \($0) and \($1)" }
    let (_, body) = await Self.answer(Inputs(right, left, shared)) { Item(name: "\($0), \($1), \($2)") }
    #expect(body == #"{"name":"right of shared and left of shared, left of shared, shared"}"#)
    #expect(diary.all == ["make shared", "left ends", "shared succeeded"])
  }

  @Test func `one that makes nothing is made, and once`() async {
    let diary = Diary()
    let nothing = Depends<String?>({ () async throws -> String? in
      diary.note("make")
      return nil
    })
    let (_, body) = await Self.answer(Inputs(nothing, nothing)) { Item(name: "\($0 == nil) \($1 == nil)") }
    #expect(body == #"{"name":"true true"}"#)
    #expect(diary.all == ["make"])
  }

  @Test func `each request has its own`() async {
    let diary = Diary()
    let inputs = Inputs(Self.dependency("one", diary))
    for _ in 0..<2 { _ = await Self.answer(inputs) { Item(name: $0) } }
    #expect(diary.all.filter { $0 == "make one" }.count == 2)
  }

  @Test func `nothing is made where an input is wrong, of the operation or of a dependency`() async {
    let diary = Diary()
    let tenant = Depends(Inputs(Header<Int32>("x-tenant"), Self.dependency("one", diary))) { tenant, _ in tenant }
    let (status, body) = await Self.answer(Inputs(Query<Int32>("q"), tenant)) { _, _ in Item(name: "") }
    #expect(status == 422)
    #expect(
      body == #"{"detail":[{"type":"missing","loc":["header","x-tenant"],"msg":"Field required","input":null},"#
        + #"{"type":"missing","loc":["query","q"],"msg":"Field required","input":null}]}"#)
    #expect(diary.all.isEmpty)
  }

  @Test func `the request is there for one that asks for it, who sent it included`() async {
    let user = Depends { (call: Call) in
      "\(call.caller?.name ?? "nobody") \(call.header("X-Tenant") ?? "-") \(call.query("q")) \(call.pathValue("id") ?? "-")"
    }
    let request = Request(
      method: "GET", target: "/items?q=1&q=2", authorization: "Bearer x", headers: [("x-tenant", "acme")])
    let bearer = HTTPBearer { _ in .valid(Caller(name: "ci", role: .reader)) }
    let (_, body) = await Self.answer(Inputs(user, Caller.current), request, security: bearer) { user, caller in
      Item(name: "\(user) \(caller?.name ?? "")")
    }
    #expect(body == #"{"name":"ci acme [\"1\", \"2\"] - ci"}"#)
    let (_, open) = await Self.answer(Inputs(Caller.current)) { Item(name: $0?.name ?? "nobody") }
    #expect(open == #"{"name":"nobody"}"#)
  }

  @Test func `its inputs are described as the operation's, each once`() {
    let tenant = Depends(Inputs(Header<Int32>("X-Tenant"), Query<Int32>("q"))) { $0 + $1 }
    let api = API(
      title: "Test", version: "1",
      [
        Operation(.get, "/items", "read_items", Inputs(tenant, Query<Int32>("q")), returns: Item.self) { _, _ in
          Item(name: "")
        }
      ])
    guard case .array(let parameters) = api.document["paths"]?["/items"]?["get"]?["parameters"] else {
      Issue.record("no parameters")
      return
    }
    #expect(parameters.compactMap { $0["name"] } == ["q", "X-Tenant"])
    #expect(api.headers == ["X-Tenant"])
  }

  // MARK: Answers that stream

  private static func stream(_ diary: Diary, failing: Bool = false) async -> Response {
    let api = API(
      title: "Test", version: "1",
      [
        Operation(.get, "/items", "read_items", Inputs(dependency("one", diary)), returns: ArrayStream<Item>.self) {
          _ in
          let pieces = Mutex(0)
          return ArrayStream { items in
            let piece = pieces.withLock {
              $0 += 1
              return $0
            }
            if failing, piece > 2 { throw Failure() }
            for _ in 0..<100 { items.append(Item(name: String(repeating: "x", count: 2000))) }
            return piece < 4
          }
        }
      ])
    return await api.respond(to: Request(method: "GET", target: "/items"))
  }

  @Test func `with an answer that streams it ends when that has`() async throws {
    let diary = Diary()
    let rest = try #require(await Self.stream(diary).rest)
    #expect(diary.all == ["make one"])
    while try await rest.next() != nil { #expect(diary.all == ["make one"]) }
    #expect(diary.all == ["make one", "one succeeded"])
  }

  @Test func `an answer that nobody wants any more is a failure, of which it is told once`() async throws {
    let diary = Diary()
    let rest = try #require(await Self.stream(diary).rest)
    _ = try await rest.next()
    await rest.ended(.abandoned)
    #expect(diary.all == ["make one", "one failed: CancellationError()"])
  }

  @Test func `after its end nothing more is told`() async throws {
    let diary = Diary()
    let rest = try #require(await Self.stream(diary).rest)
    while try await rest.next() != nil {}
    await rest.ended(.taken)
    #expect(diary.all == ["make one", "one succeeded"])
  }

  @Test func `an answer that breaks off is a failure`() async throws {
    let diary = Diary()
    let rest = try #require(await Self.stream(diary, failing: true).rest)
    await #expect(throws: Failure.self) { while try await rest.next() != nil {} }
    #expect(diary.all == ["make one", "one failed: Failure()"])
  }
}
