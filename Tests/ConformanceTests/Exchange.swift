import TestSupport
import Testing
import WebAPI

/// A line of corpus.tsv: a request, and what the reference answered; Tests/conformance/corpus.py has written it.
struct Exchange: Sendable, CustomTestStringConvertible {
  let number: Int
  let request: Request
  let answer: Answer

  /// In the order in which they were recorded, which counts: each finds the users that those before it have left.
  static let all: [Exchange] = {
    let folder = #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)
    let lines = Array(contents(of: "\(folder)/corpus.tsv").utf8).split(separator: UInt8(ascii: "\n"))
    return lines.enumerated().compactMap { Exchange(number: $0 + 1, line: $1) }
  }()

  var testDescription: String { "line \(number): \(request.method) \(request.path.prefix(40))" }

  private init?(number: Int, line: ArraySlice<UInt8>) {
    let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map(Self.unescape)
    guard fields.count == 10, let method = fields[0], let target = fields[1], let scheme = fields[2],
      let status = fields[6]
    else { return nil }
    self.number = number
    request = Request(
      method: String(decoding: method, as: UTF8.self), target: String(decoding: target, as: UTF8.self),
      contentType: fields[4].map { String(String.UnicodeScalarView($0.map { Unicode.Scalar($0) })) },
      host: fields[3].map(Self.host), scheme: String(decoding: scheme, as: UTF8.self), body: fields[5] ?? [])
    answer = Answer(status: status, type: fields[7], location: fields[8], body: fields[9] ?? [])
  }

  /// `=` is the host of most lines.
  private static func host(_ field: [UInt8]) -> String {
    field == [UInt8(ascii: "=")] ? "users.example:8080" : String(decoding: field, as: UTF8.self)
  }

  /// `\xHH` is a byte, `\\` a backslash, `-` alone an absent field.
  private static func unescape(_ field: ArraySlice<UInt8>) -> [UInt8]? {
    if field.elementsEqual([UInt8(ascii: "-")]) { return nil }
    guard field.contains(UInt8(ascii: "\\")) else { return Array(field) }
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "x") {
        bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}

/// What a client reads of an answer, equal only byte by byte.
struct Answer: Equatable, Sendable, CustomStringConvertible {
  private let bytes: [UInt8]

  init(status: [UInt8], type: [UInt8]?, location: [UInt8]?, body: [UInt8]) {
    let head = [status, type ?? [], location ?? []].joined(separator: [UInt8(ascii: " ")])
    bytes = Array(head) + [UInt8(ascii: "\n")] + body
  }

  /// A response as a client gets it, with the word TIME for when a row was made.
  init(_ response: Response, to request: Request) {
    func field(_ name: String) -> [UInt8]? { response.headers.first { $0.name == name }.map { Array($0.value.utf8) } }
    self.init(
      status: Array(String(response.status).utf8), type: field("Content-Type"), location: field("Location"),
      body: request.method == "HEAD" ? [] : Self.withoutTime(response.body))
  }

  private static func withoutTime(_ body: [UInt8]) -> [UInt8] {
    let text = String(decoding: body, as: UTF8.self)
    guard text.contains("created_at") else { return body }
    let time = #/"created_at":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z"/#
    return Array(text.replacing(time, with: #""created_at":"TIME""#).utf8)
  }

  var description: String { String(decoding: bytes, as: UTF8.self) }
}
