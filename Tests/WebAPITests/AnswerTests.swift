import Testing

@testable import WebAPI

struct AnswerTests {
  struct Item: Schema {
    let name: String
    static let schema = ObjectSchema<Item>("Item", Item.init, Field("name", \.name, .string))
  }

  private func sent(_ answer: Answer<Item>, status: Int = 201) async throws -> String {
    let response = try await answer.response(status: status)
    let headers = response.headers.map { " \($0.name): \($0.value)" }.joined()
    return "\(response.status)\(headers) \(String(decoding: response.body, as: UTF8.self))"
  }

  @Test func `a body has the operation's status or its own, and header fields`() async throws {
    let json = "Content-Type: application/json"
    let item = Item(name: "a")
    #expect(try await sent(Answer(item)) == #"201 \#(json) {"name":"a"}"#)
    #expect(
      try await sent(Answer(item, status: 200, headers: ["ETag": "\"é\t1\"", "X-A": ""]))
        == "200 \(json) ETag: \"é\t1\" X-A:  {\"name\":\"a\"}")
    #expect(try await sent(Answer(item, headers: ["ETag": nil, "X-A": "b"])) == #"201 \#(json) X-A: b {"name":"a"}"#)
  }

  @Test func `a field replaces the one of the body, and may be there twice`() async throws {
    let answer = Answer(Item(name: "a"), headers: ["content-type": "text/x", "Set-Cookie": "a", "Set-Cookie": "b"])
    #expect(try await sent(answer) == #"201 content-type: text/x Set-Cookie: a Set-Cookie: b {"name":"a"}"#)
  }

  @Test func `without a body there is no Content-Type`() async throws {
    #expect(try await sent(.empty(304, headers: ["ETag": "\"1\""])) == #"304 ETag: "1" "#)
    #expect(try await sent(.empty(204)) == "204 ")
  }

  @Test(arguments: ["a\r\nX: y", "a\nb", "a\rb", "\0", "\u{1}", "\u{7F}"])
  func `a value that could begin another field is not sent`(value: String) async {
    await #expect(throws: UnsendableField.self) { try await sent(Answer(Item(name: "a"), headers: ["X-A": value])) }
  }

  @Test(arguments: ["", "a b", "a:", "é", "a\r\n"]) func `nor is a name that is none`(name: String) async {
    await #expect(throws: UnsendableField.self) {
      try await sent(Answer(.init(name: "a"), headers: ["ETag": "x"])) + sent(.empty(204, headers: [name: "x"]))
    }
  }

  @Test func `the log learns the name, and not the value`() {
    #expect(
      UnsendableField("X-A", "secret\n")?.description
        == #"the header field "X-A" cannot be sent: its value has a control character"#)
    #expect(
      UnsendableField("X\n", "")?.description == #"the header field "X\n" cannot be sent: its name is no token"#)
  }
}
