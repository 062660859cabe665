import TestSupport
import Testing

@testable import WebAPI

/// The application of record.py in Swift answers as the one in Python has.
struct RecordedInputsTests {
  /// A line of cases.jsonl.
  private struct Case {
    let method: String
    let target: String
    let header: [(name: String, value: String)]
    let body: String?
    let status: Int
    let answer: String

    init?(_ line: ArraySlice<UInt8>) {
      guard case .array(let fields) = try? JSONParser.parse(Array(line)), fields.count == 6,
        case .string(let method) = fields[0], case .string(let target) = fields[1],
        case .object(let header) = fields[2],
        case .integer(let status) = fields[4], case .string(let answer) = fields[5]
      else { return nil }
      (self.method, self.target, self.status, self.answer) = (method, target, status, answer)
      body = if case .string(let body) = fields[3] { body } else { nil }
      self.header = header.members.compactMap { member in
        if case .string(let value) = member.value { (member.key.text, value) } else { nil }
      }
    }

    /// The answer with its moment in UTC, as resources.md has it; pydantic keeps the offset that a client sent.
    var answerInUTC: String {
      guard status == 200, let json = try? JSONParser.parse(Array(answer.utf8)),
        case .string(let text)? = json["moment"] ?? json["value"], let moment = Timestamp(text)
      else { return answer }
      return answer.replacing("\"\(text)\"", with: "\"\(moment)\"")
    }

    var request: Request {
      Request(
        method: method, target: target, contentType: body == nil ? nil : "application/json",
        headers: header, body: body.map { Array($0.utf8) } ?? [])
    }
  }

  private static let cases: [Case] = {
    let folder = #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)
    return Array(contents(of: "\(folder)/cases.jsonl").utf8).split(separator: UInt8(ascii: "\n")).compactMap {
      Case($0)
    }
  }()

  @Test func `every answer is the one that was recorded`() async {
    #expect(Self.cases.count > 700)
    var differences: [String] = []
    for recorded in Self.cases where !recorded.method.isEmpty {
      let response = await RecordedInputs.api.respond(to: recorded.request)
      let answer = "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
      let expected = "\(recorded.status) \(recorded.answerInUTC)"
      guard !answer.utf8.elementsEqual(expected.utf8) else { continue }
      differences.append(
        "\(recorded.method) \(recorded.target) \(recorded.header) \(recorded.body ?? "")\n  \(expected)\n  \(answer)")
    }
    #expect(Self.cases.contains { $0.answer != $0.answerInUTC })
    #expect(differences.isEmpty, "\(differences.count) differ:\n\(differences.joined(separator: "\n"))")
  }

  @Test(arguments: ["0001-01-01T00:30:00+01:00", "9999-12-31T23:30:00-01:00"])
  func `a moment that has no text in UTC is refused, although pydantic takes it`(text: String) async {
    let request = Request(
      method: "GET", target: "/moment/\(text)", contentType: nil, headers: [], body: [])
    let response = await RecordedInputs.api.respond(to: request)
    #expect(response.status == 422)
    #expect(String(decoding: response.body, as: UTF8.self).contains(#""type":"datetime_parsing""#))
  }

  @Test func `parameters, bodies and the schemas of enumerations are described as they were`() throws {
    let recorded = try JSONParser.parse(Array(#require(Self.cases.last).answer.utf8))
    let document = RecordedInputs.api.document
    for (path, method) in [
      ("/query", "get"), ("/required", "get"), ("/header", "get"), ("/dependency/{id}", "get"),
      ("/order/{id}", "put"),
      ("/kind/{value}", "get"), ("/day/{value}", "get"), ("/moment/{value}", "get"), ("/uuid/{value}", "get"),
      ("/decimal/{value}", "get"), ("/number/{value}", "get"), ("/flag/{value}", "get"),
    ] {
      for part in ["parameters", "requestBody"] {
        let (expected, actual) = (recorded["paths"]?[path]?[method]?[part], document["paths"]?[path]?[method]?[part])
        #expect(expected?.canonical.text == actual?.canonical.text, "\(path) \(part)")
      }
    }
    for schema in ["Kind", "Item", "Item-Input", "Bounded", "Change"] {
      let expected = recorded["components"]?["schemas"]?[schema]?.canonical.text
      let name = schema == "Item-Input" ? "Item" : schema
      guard expected != nil || schema != "Item" else { continue }
      let actual = document["components"]?["schemas"]?[name]?.canonical.text
      #expect(expected?.replacing("Item-Input", with: "Item") == actual, "\(schema)")
    }
  }
}

extension JSONValue {
  /// With keys in their order, and numbers of one kind, since 0 and 0.0 are the same to a reader of JSON.
  fileprivate var canonical: JSONValue {
    switch self {
    case .integer(let value): return .number(Double(value))
    case .array(let elements): return .array(elements.map(\.canonical))
    case .object(let object):
      var sorted = JSONObject()
      for member in object.members.sorted(by: { $0.key.text < $1.key.text }) {
        sorted.set(member.key.text, member.value.canonical)
      }
      return .object(sorted)
    default: return self
    }
  }
}
