import Testing

@testable import WebAPI

/// What an operation answers beside what it declares.
struct OperationTests {
  private final class Log: @unchecked Sendable {  // one test, one task
    var lines: [String] = []
  }

  private let log = Log()
  private let api: API

  /// An operation that answers as its path says.
  init() {
    let log = log
    let answer = Operation(
      .get, "/answers/{status}", "answer", Inputs(Path<String>("status")), returns: Answer<AnswerTests.Item>.self,
      also: [304: "As it was"], errors: [HTTPError(409, "Taken")]
    ) { status in
      switch status {
      case "200": return Answer(.init(name: "a"))
      case "204", "304": return .empty(Int(status) ?? 0)
      case "422":
        throw RequestValidationError([.init("value_error", "No", input: 5, location: ["body", "owner_id", 1])])
      case "injection": throw HTTPError(404, "", headers: ["X": "a\r\nb"])
      case "split": return .empty(200, headers: ["X": "a\r\n\r\nb"])
      default: throw HTTPError(Int(status) ?? 0, "")
      }
    }
    api = API(
      title: "Test", version: "1", [answer, Operation(healthCheck: "/livez") { throw HTTPError(418, "") }],
      report: { error, request in log.lines.append("\(request.path): \(error)") }, warn: { log.lines.append($0) })
  }

  private func answer(_ path: String) async -> String {
    let response = await api.respond(to: Request(method: "GET", target: path))
    return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
  }

  @Test func `an answer that is not declared is sent, and told once for each status`() async {
    for status in ["200", "204", "204", "304", "404", "404", "409", "422", "503", "204"] {
      #expect(await answer("/answers/\(status)").hasPrefix("\(status) "))
    }
    let text = "GET /answers/{status} has answered with"
    #expect(log.lines == [204, 404].map { "\(text) \($0), which it does not declare" })
  }

  @Test func `what belongs to no operation is not told`() async {
    #expect(await answer("/livez").hasPrefix("418 "))
    #expect(await answer("/nothing").hasPrefix("404 "))
    #expect(log.lines.isEmpty)
  }

  @Test(arguments: ["201", "302", "399", "600", "-1"])
  func `what is no error cannot be thrown`(status: String) async {
    #expect(await answer("/answers/\(status)") == "500 Internal Server Error")
    let reason = "whose status is no error's (400 to 599); other answers are returned, see Answer"
    #expect(log.lines == ["/answers/\(status): HTTPError(\(status)) was thrown, \(reason)"])
  }

  @Test(arguments: ["injection", "split"])
  func `a header field that cannot be sent is a 500, and told`(path: String) async {
    #expect(await answer("/answers/\(path)") == "500 Internal Server Error")
    #expect(
      log.lines == ["/answers/\(path): the header field \"X\" cannot be sent: its value has a control character"])
  }

  @Test func `a handler's own errors of validation look like all others`() async {
    #expect(
      await answer("/answers/422")
        == #"422 {"detail":[{"type":"value_error","loc":["body","owner_id",1],"msg":"No","input":5}]}"#)
  }
}
