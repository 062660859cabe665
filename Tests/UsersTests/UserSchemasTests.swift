import PostgreSQL
import Testing
import WebAPI

@testable import Users

/// The operations up to the moment at which they want a session; where everything is valid the answer is 503.
struct UserSchemasTests {
  private func answer(_ method: String, _ target: String, _ body: String, longestName: Int?) async -> (Int, String) {
    let session = Depends<Session>(ready: { throw HTTPError.unavailable("valid") })
    let api = API(title: "Test", version: "1", Users(longestName: longestName).operations(session))
    let request = Request(
      method: method, target: target, contentType: "application/json", body: Array(body.utf8))
    let response = await api.respond(to: request)
    return (response.status, String(decoding: response.body, as: UTF8.self))
  }

  private static let writes = [
    ("POST", "/users/", #","email":"a@b.co""#), ("PUT", "/users/1", #","email":"a@b.co""#), ("PATCH", "/users/1", ""),
  ]

  /// Recorded from the reference with `Field(max_length=…)`.
  @Test(arguments: writes)
  func `a name that is longer than the setting is refused in pydantic's words`(
    method: String, target: String, rest: String
  ) async {
    let (status, body) = await answer(method, target, #"{"name":"abcd"\#(rest)}"#, longestName: 3)
    #expect(status == 422)
    #expect(
      body == #"{"detail":[{"type":"string_too_long","loc":["body","name"],"#
        + #""msg":"String should have at most 3 characters","input":"abcd","ctx":{"max_length":3}}]}"#)
  }

  @Test(arguments: writes)
  func `a name of the longest length is taken, counted in code points`(
    method: String, target: String, rest: String
  ) async {
    for name in ["", "abc", "e\u{301}é", "😀😀😀", #"\ud83d\ude00bc"#] {
      #expect(await answer(method, target, #"{"name":"\#(name)"\#(rest)}"#, longestName: 3).0 == 503)
    }
    #expect(await answer(method, target, #"{"name":"👩‍👧a"\#(rest)}"#, longestName: 3).0 == 422)
    let long = String(repeating: "a", count: 1 << 20)
    #expect(await answer(method, target, #"{"name":"\#(long)"\#(rest)}"#, longestName: nil).0 == 503)
  }

  @Test func `a single character is none of several, and its length comes before what it cannot have`() async {
    let (status, body) = await answer("PATCH", "/users/1", #"{"name":"a\u0000"}"#, longestName: 1)
    #expect(status == 422)
    #expect(
      body == #"{"detail":[{"type":"string_too_long","loc":["body","name"],"#
        + #""msg":"String should have at most 1 character","input":"a\u0000","ctx":{"max_length":1}}]}"#)
  }

  @Test(arguments: [nil, 255]) func `the description says it, of what clients send`(longestName: Int?) {
    let session = Depends<Session>(ready: { throw HTTPError.unavailable("valid") })
    let api = API(title: "Test", version: "1", Users(longestName: longestName).operations(session))
    #expect(api.problems().isEmpty)
    let document = api.document
    for (schema, limit) in [("UserCreate", longestName), ("UserUpdate", longestName), ("UserOut", nil)] {
      let name = document["components"]?["schemas"]?[schema]?["properties"]?["name"]
      #expect(name?["type"] == "string")
      #expect(name?["maxLength"] == limit.map(JSONValue.integer))
    }
  }
}
