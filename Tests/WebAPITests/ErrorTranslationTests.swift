import Testing

@testable import WebAPI

struct ErrorTranslationTests {
  private struct Refused: Error {
    let location: [ValidationError.Step]
  }

  private struct Translation: ErrorTranslation {
    let errors: [HTTPError] = []

    func answer(to error: any Error) -> (any AnsweringError)? {
      (error as? Refused).map { ValidationError("value_error", "No", location: $0.location) }
    }
  }

  private struct Item: Schema {
    let owner: Int32
    let tags: [String]
    static let schema = ObjectSchema<Item>(
      "Item", Item.init, Field("owner", \.owner), Field("tags", \.tags, .array(.string)))
  }

  private func answer(_ location: [ValidationError.Step]) async -> String {
    let operation = Operation(
      .post, "/", "write", Inputs(Body<Item>()), returns: NoContent.self, status: 204, translating: Translation()
    ) { _ in throw Refused(location: location) }
    let body = Array(#"{"owner": 99, "tags": ["a", "b"]}"#.utf8)
    let request = Request(method: "POST", target: "/", contentType: "application/json", body: body)
    let response = await API(title: "Test", version: "1", [operation]).respond(to: request)
    return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
  }

  @Test(
    arguments: [
      (["body", "owner"], "99"), (["body", "tags", 1], #""b""#), (["body"], #"{"owner":99,"tags":["a","b"]}"#),
      (["body", "tags", 2], "null"), (["body", "none"], "null"), (["body", "owner", "x"], "null"),
      (["query", "owner"], "null"), ([], "null"),
    ] as [([ValidationError.Step], String)])
  func `what the database refuses of the body is the error's input, as a validation's`(
    location: [ValidationError.Step], input: String
  ) async {
    let answer = await answer(location)
    #expect(answer.hasPrefix("422 ") && answer.hasSuffix(#","msg":"No","input":\#(input)}]}"#), "\(answer)")
  }
}
