import EventLoop

@testable import FastCGI

/// The first byte says how the rest, a connection's stream, is cut and judged.
///
/// However it is cut, the scanner does the same; and each request that it lets pass is, to libfcgi, the one that a plain
/// reading of the stream finds.
@LoopActor func checkScanner(_ input: [UInt8]) {
  guard let control = input.first else { return }
  let stream = Array(input.dropFirst())
  let (size, staysInFlight) = (Int(control & 63) + 1, control & 64 != 0)
  let limits = control & 128 != 0 ? narrow : ServerConfiguration()
  let whole = Scanned(stream, size: max(1, stream.count), limits, staysInFlight)
  let cut = Scanned(stream, size: size, limits, staysInFlight)
  require(cut == whole, "in pieces of \(size) bytes: \(cut)\nwhole: \(whole)")
  if !staysInFlight { require(PlainRequest.all(in: stream).starts(with: whole, by: matches), "another request") }
  for request in whole.requests { checkLibrary(request) }
}

/// Limits that short inputs reach.
private let narrow: ServerConfiguration = {
  var limits = ServerConfiguration()
  (limits.bodyLimit, limits.parametersLimit, limits.parameterCountLimit) = (64, 160, 8)
  return limits
}()

/// What the scanner makes of a stream.
private struct Scanned: Equatable {
  struct Request: Equatable {
    let bytes: [UInt8]
    let parametersEnd: Int
    let bodyLength: Int
    let refusal: Refusal?
  }

  private(set) var requests: [Request] = []
  private var events: [RecordScanner.Event] = []
  private var answers: [UInt8] = []
  private var left: [UInt8] = []

  /// Each request is answered at once, or none ever.
  init(_ stream: [UInt8], size: Int, _ limits: ServerConfiguration, _ staysInFlight: Bool) {
    var scanner = RecordScanner(limits: limits)
    for start in stride(from: 0, to: stream.count, by: size) {
      left += stream[start..<min(start + size, stream.count)]
      while let event = next(&scanner) {
        if case .violation = event {
          left = []
          return
        }
        guard event == .complete else { continue }
        requests.append(
          Request(
            bytes: Array(left[..<scanner.accepted]), parametersEnd: scanner.parametersEnd,
            bodyLength: scanner.bodyLength,
            refusal: scanner.refusal))
        scanner.discardAccepted(&left)
        if !staysInFlight { scanner.requestEnded() }
      }
    }
  }

  /// Nil when more bytes are wanted.
  private mutating func next(_ scanner: inout RecordScanner) -> RecordScanner.Event? {
    let event = scanner.scan(&left)
    answers += scanner.takeAnswers()
    if event == .needsMore || event == .held { return nil }
    events.append(event)
    return event
  }
}

/// A request as the specification defines it, with nothing that guards against anything.
private struct PlainRequest {
  let id: Int
  private(set) var parameters: [UInt8] = []
  private(set) var body: [UInt8] = []
  private var parametersEnded = false

  private init(id: Int) {
    self.id = id
  }

  /// The complete ones, in their order; behind a violation, what comes means nothing.
  static func all(in stream: [UInt8]) -> [PlainRequest] {
    var (all, current) = ([PlainRequest](), PlainRequest?.none)
    forEachRecord(stream) { header, content in
      if current == nil, header.type == RecordType.beginRequest, content.count == 8, content.starts(with: [0, 1]) {
        current = PlainRequest(id: header.id)
      } else if current?.id == header.id {
        if header.type == RecordType.abortRequest { current = nil }
        if current?.add(header.type, content) == true, let request = current.take() { all.append(request) }
      }
    }
    return all
  }

  /// Returns whether it is complete.
  mutating func add(_ type: UInt8, _ content: ArraySlice<UInt8>) -> Bool {
    if type == RecordType.params { parameters += content }
    if type == RecordType.stdin { body += content }
    defer { if type == RecordType.params, content.isEmpty { parametersEnded = true } }
    return parametersEnded && type == RecordType.stdin && content.isEmpty
  }

  /// The name-value pairs (section 3.4) as strings "name=value"; the scanner has found that they end with the stream.
  var pairs: [[UInt8]] {
    var (rest, pairs) = (parameters[...], [[UInt8]]())
    while !rest.isEmpty {
      let (name, value) = (Self.length(&rest), Self.length(&rest))
      pairs.append(rest.prefix(name) + [UInt8(ascii: "=")] + rest.dropFirst(name).prefix(value))
      rest = rest.dropFirst(name + value)
    }
    return pairs
  }

  private static func length(_ rest: inout ArraySlice<UInt8>) -> Int {
    let first = rest.removeFirst()
    return first < 0x80
      ? Int(first) : (0..<3).reduce(Int(first & 0x7F)) { sum, _ in sum << 8 | Int(rest.removeFirst()) }
  }
}

private func forEachRecord(_ stream: [UInt8], _ body: (RecordHeader, ArraySlice<UInt8>) -> Void) {
  var position = 0
  while let header = RecordHeader(stream, at: position), stream.count - position >= header.recordLength {
    let start = position + RecordHeader.length
    body(header, stream[start..<start + header.contentLength])
    position += header.recordLength
  }
}

extension [PlainRequest] {
  /// Whether these begin with the scanner's, which ends at a violation.
  fileprivate func starts(with scanned: Scanned, by matches: (PlainRequest, Scanned.Request) -> Bool) -> Bool {
    count >= scanned.requests.count && zip(self, scanned.requests).allSatisfy(matches)
  }
}

private func matches(_ plain: PlainRequest, _ scanned: Scanned.Request) -> Bool {
  guard let request = PlainRequest.all(in: scanned.bytes).first, plain.id == request.id else { return false }
  switch scanned.refusal {
  case .parametersTooLarge: return request.parameters.isEmpty && request.body.isEmpty
  case .bodyTooLarge: return request.parameters == plain.parameters && request.body.isEmpty
  default: return request.parameters == plain.parameters && request.body == plain.body
  }
}

/// libfcgi takes the request, and finds in it what is in it.
@LoopActor private func checkLibrary(_ scanned: Scanned.Request) {
  guard let plain = PlainRequest.all(in: scanned.bytes).first else { broken("no request in an accepted one") }
  let request = scanned.bytes.withUnsafeBytes {
    Request(stream: $0, parametersEnd: scanned.parametersEnd, bodyLength: scanned.bodyLength)
  }
  guard let request else { broken("libfcgi refuses an accepted request") }
  require(request.id == plain.id, "libfcgi finds the id \(request.id) instead of \(plain.id)")
  require(request.body == plain.body, "libfcgi finds another body")
  let found = request.parameters.map { "\($0.name)=\($0.value)" }
  let expected = plain.pairs.map { String(decoding: $0, as: UTF8.self) }
  require(found.elementsEqual(expected) { $0.utf8.elementsEqual($1.utf8) }, "\(found), not \(expected)")
}
