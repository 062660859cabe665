import EmailAddress
import Testing

/// A line of cases.tsv: an input and what the reference answered, as record.py has written it.
struct RecordedCase: Sendable, CustomTestStringConvertible {
  let rule: String
  let input: String
  let answer: Result<String, Reason>

  struct Reason: Error, Equatable {
    let text: String
  }

  var testDescription: String { "\(rule): \(input.prefix(60).debugDescription)" }

  static let all: [RecordedCase] = PackageResources.cases_tsv
    .split(separator: UInt8(ascii: "\n"))
    .compactMap { RecordedCase(line: String(decoding: $0, as: UTF8.self)) }

  private init?(line: String) {
    // By scalar: a combining mark after a tab would make one character with it.
    let fields = line.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false)
    guard fields.count == 4 else { return nil }
    rule = String(fields[0])
    input = Self.unescape(fields[1])
    let text = Self.unescape(fields[3])
    answer = String(fields[2]) == "valid" ? .success(text) : .failure(Reason(text: text))
  }

  /// `\\` is a backslash, `\u{hex}` a code point.
  private static func unescape(_ field: Substring.UnicodeScalarView) -> String {
    var result = String.UnicodeScalarView()
    var rest = field
    while let scalar = rest.popFirst() {
      if scalar != "\\" {
        result.append(scalar)
      } else if rest.popFirst() == "u" {
        let digits = rest.dropFirst().prefix { $0 != "}" }
        rest = rest.dropFirst(digits.count + 2)
        result.append(UInt32(String(digits), radix: 16).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}")
      } else {
        result.append("\\")
      }
    }
    return String(result)
  }
}

struct RecordedCasesTests {
  @Test(arguments: RecordedCase.all)
  func `the answer is the reference's`(_ recorded: RecordedCase) {
    let answer = Result { () throws(EmailAddressError) in try EmailAddress(recorded.input).normalized }
    // As bytes: strings compare equal when they are canonically equivalent.
    switch (answer, recorded.answer) {
    case (.success(let ours), .success(let theirs)):
      #expect(Array(ours.utf8) == Array(theirs.utf8))
    case (.failure(let ours), .failure(let theirs)):
      #expect(Array(ours.reason.utf8) == Array(theirs.text.utf8))
    default:
      Issue.record("\(answer) instead of \(recorded.answer)")
    }
  }

  @Test func `no recorded case is lost in reading`() {
    let lines = PackageResources.cases_tsv.count { $0 == UInt8(ascii: "\n") }
    #expect(RecordedCase.all.count == lines)
    #expect(lines >= 500)
  }
}
