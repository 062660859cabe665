import Testing

@testable import WebAPI

struct ValidationErrorTests {
  private func answer(_ inputs: [JSONValue]) -> String {
    String(decoding: RequestValidationError(inputs.map { .missing($0) }).response.body, as: UTF8.self)
  }

  private func expected(_ inputs: [String]) -> String {
    let errors = inputs.map { #"{"type":"missing","loc":[],"msg":"Field required","input":\#($0)}"# }
    return #"{"detail":[\#(errors.joined(separator: ","))]}"#
  }

  private func text(_ length: Int) -> String { String(repeating: "a", count: length) }
  private let limit = 64 << 10

  @Test func `up to 64 KiB an answer repeats the input of every error`() {
    let half = text(limit / 2 - 2)
    #expect(answer([.string(half), .string(half)]) == expected(["\"\(half)\"", "\"\(half)\""]))
  }

  @Test func `beyond that the input ends early, and that of the errors behind is null`() {
    let (half, more) = (text(limit / 2 - 2), text(limit / 2 - 1))
    #expect(
      answer([.string(half), .string(more), .string("b"), 1])
        == expected(["\"\(half)\"", "\"\(half)\"", "null", "null"]))
  }

  @Test(.timeLimit(.minutes(1)))
  func `many errors about a large input cost no more than one`() {
    let kinds: [JSONValue] = [
      .string(text(1 << 20)), .string(String(repeating: "\u{1}", count: 1 << 20)),
      .array(Array(repeating: .number(1e15), count: 100_000)), object { "k\($0)" }, object { "_sa\($0)" },
      object { $0 == 0 ? text(1 << 20) : "k\($0)" },
    ]
    for input in kinds {
      // With a walk over the input for each it would be hours.
      let answer = answer(Array(repeating: input, count: 50_000))
      #expect(answer.utf8.count < limit + 50_000 * 80)
    }
  }

  private func object(_ key: (Int) -> String) -> JSONValue {
    var object = JSONObject()
    for number in 0..<100_000 { object.set(key(number), .integer(number)) }
    return .object(object)
  }
}
