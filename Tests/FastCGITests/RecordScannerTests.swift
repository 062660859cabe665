import TestSupport
import Testing

@testable import FastCGI

struct RecordScannerTests {
  /// What came of a whole stream: events, the requests as libfcgi would see them, and answers.
  struct Outcome: Equatable {
    var events: [RecordScanner.Event] = []
    var requests: [[UInt8]] = []
    var answers: [UInt8] = []
    var left: [UInt8] = []
    var refusals: [Refusal] = []
  }

  /// Feeds the pieces one after another; each complete request is over at once, unless `staysInFlight`.
  static func scan(
    _ pieces: [[UInt8]], _ limits: ServerConfiguration = ServerConfiguration(), staysInFlight: Bool = false
  ) -> Outcome {
    var scanner = RecordScanner(limits: limits)
    var bytes: [UInt8] = []
    var outcome = Outcome()
    for piece in pieces {
      bytes += piece
      while true {
        let event = scanner.scan(&bytes)
        outcome.answers += scanner.takeAnswers()
        if event == .needsMore || event == .held { break }
        outcome.events.append(event)
        if case .violation = event { return outcome }
        guard event == .complete else { continue }
        outcome.requests.append(Array(bytes[..<scanner.accepted]))
        if let refusal = scanner.refusal { outcome.refusals.append(refusal) }
        scanner.discardAccepted(&bytes)
        if !staysInFlight { scanner.requestEnded() }
      }
    }
    outcome.left = bytes
    return outcome
  }

  static func scan(_ stream: [UInt8], staysInFlight: Bool = false) -> Outcome {
    scan([stream], staysInFlight: staysInFlight)
  }

  static let get = Records.request()
  static let parameters = Records.stream(4, Records.pair("REQUEST_URI", "/"))

  @Test func `a clean request passes unchanged`() {
    let outcome = Self.scan(Self.get)
    #expect(outcome == Outcome(events: [.complete], requests: [Self.get]))
  }

  @Test func `a stream gives the same wherever it is split`() {
    let stream =
      Self.get + Records.getValues(["FCGI_MAX_CONNS"]) + Records.begin(padding: 3) + Records.record(4, id: 9)
      + Records.stream(4, Records.pair("A", String(repeating: "b", count: 200)), size: 7, padding: 5)
      + Records.record(77, [1, 2], id: 0) + Records.stream(5, Array(1...50), size: 9) + Self.get
    let whole = Self.scan(stream)
    #expect(whole.requests.count == 3)
    for split in 0...stream.count {
      #expect(Self.scan([Array(stream[..<split]), Array(stream[split...])], ServerConfiguration()) == whole)
    }
    #expect(Self.scan(stream.map { [$0] }, ServerConfiguration()) == whole)
  }

  @Test func `bytes of a following request stay`() {
    let outcome = Self.scan(Self.get + Self.get.prefix(20))
    #expect(outcome.requests == [Self.get])
    #expect(outcome.left == Array(Self.get.prefix(20)))
  }

  @Test func `padding goes, wherever it is`() {
    let stream =
      Records.begin(padding: 8) + Records.record(4, Records.pair("REQUEST_URI", "/"), padding: 3)
      + Records.record(4, padding: 9) + Records.record(5, [1], padding: 7) + Records.record(5, padding: 255)
    let request = Records.begin() + Self.parameters + Records.record(5, [1]) + Records.record(5)
    #expect(Self.scan(stream).requests == [request])
  }

  @Test(arguments: [1, 7, 1000])
  func `small records of a stream are kept as one, as far as one reaches`(size: Int) {
    let body = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let most = 65_535 - 65_535 % size
    let stream = Records.begin() + Self.parameters + Records.stream(5, body, size: size, padding: 255)
    let joined = Records.begin() + Self.parameters + Records.stream(5, body, size: most)
    #expect(Self.scan(stream).requests == [joined])
  }

  @Test func `records of a foreign id vanish, empty or not`() {
    let foreign =
      Records.record(4, id: 2) + Records.record(5, [1, 2, 3], id: 3, padding: 7) + Records.record(2, id: 4)
    let stream = Records.begin() + foreign + Self.parameters + foreign + Records.record(5)
    #expect(Self.scan(stream).requests == [Records.begin() + Self.parameters + Records.record(5)])
    #expect(Self.scan(foreign) == Outcome())
  }

  @Test func `GET_VALUES is answered once per name, however often it asks`() {
    let names = Array(repeating: "FCGI_MPXS_CONNS", count: 50) + ["FCGI_MAX_CONNS", "OTHER"]
    let content = Records.pair("FCGI_MAX_CONNS", "4096") + Records.pair("FCGI_MPXS_CONNS", "0")
    #expect(Self.scan(Records.getValues(names)).answers == Records.record(10, content, id: 0))
  }

  @Test func `other management records get UNKNOWN_TYPE`() {
    #expect(
      Self.scan(Records.record(200, [1], id: 0)).answers == Records.record(11, [200, 0, 0, 0, 0, 0, 0, 0], id: 0))
  }

  @Test(arguments: [false, true])
  func `a second request at the same time gets CANT_MPX_CONN`(inFlight: Bool) {
    let refused = Records.record(3, [0, 0, 0, 0, 1, 0, 0, 0], id: 2)
    let second = Records.request(id: 2)
    let stream = inFlight ? Self.get + second : Records.begin() + second + Self.parameters + Records.record(5)
    let outcome = Self.scan(stream, staysInFlight: true)
    #expect(outcome.requests.count == 1)
    #expect(outcome.answers == refused)
    #expect(outcome.left == [])
  }

  @Test(arguments: [0, 2, 3, 9] as [UInt8])
  func `another role than responder gets UNKNOWN_ROLE`(role: UInt8) {
    let outcome = Self.scan(Records.begin(role: role) + Self.get.dropFirst(16) + Self.get)
    #expect(outcome.events == [.ended, .complete])
    #expect(outcome.answers == Records.record(3, [0, 0, 0, 0, 3, 0, 0, 0]))
  }

  @Test func `ABORT_REQUEST between two parameters ends the request without executing it`() {
    let outcome = Self.scan(
      Records.begin() + Records.record(4, Records.pair("A", "B")) + Records.record(2) + Self.get)
    #expect(outcome.events == [.ended, .complete])
    #expect(outcome.requests == [Self.get])
    #expect(outcome.answers == Records.record(3, [0, 0, 0, 0, 0, 0, 0, 0]))
  }

  @Test func `ABORT_REQUEST in flight is told, and the next request is held`() {
    let outcome = Self.scan(Self.get + Records.record(2) + Self.get, staysInFlight: true)
    #expect(outcome.events == [.complete, .aborted])
    #expect(outcome.left == Self.get)
  }

  @Test(
    arguments: [
      (Records.record(1, [0, 1, 0, 0, 0, 0, 0, 0], version: 2), .version),
      (Array("GET / HTTP/1.1\r\n\r\n".utf8), .version),
      (Records.begin(id: 0), .begin),
      (Records.record(1, [0, 1, 1]), .begin),
      (Records.begin() + Records.begin(), .order),
      (Records.begin() + Records.record(5, [1]), .order),
      (Records.begin() + Records.stream(4, []) + Records.record(4, [1]), .order),
      (Records.begin() + Records.record(8, [1]), .order),
      (Records.begin() + Records.stream(4, [1]), .parameters),
      (Records.begin() + Records.stream(4, [0x80, 0, 0]), .parameters),
      (Records.begin() + Records.stream(4, [0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFE, 65]), .parameters),
      (Records.begin() + Records.stream(4, Records.pair("A", "b").dropLast()), .parameters),
      (Records.begin() + Records.stream(4, Records.pair("A\0", "b")), .parameters),
      (Records.begin() + Records.stream(4, Records.pair("A", "b\0c")), .parameters),
      (Records.begin() + Records.stream(4, Records.pair("A=B", "c")), .parameters),
      (Records.record(9, [5, 5, 65], id: 0), .parameters),
    ] as [([UInt8], Violation)])
  func `what makes no sense is a violation`(stream: [UInt8], violation: Violation) {
    let outcome = Self.scan(stream + Self.get)
    #expect(outcome.events == [.violation(violation)])
    #expect(Self.scan(stream.map { [$0] } + [Self.get], ServerConfiguration()).events == [.violation(violation)])
  }

  @Test func `mutated streams neither trap nor loop, and what passes is clean`() {
    var random = Xorshift(seed: 42)
    let valid =
      Self.get + Records.getValues(["FCGI_MAX_CONNS", "FCGI_MAX_REQS"]) + Records.post(Array(1...200))
      + Records.request([("A", String(repeating: "b", count: 300))], id: 515, keep: false)
    for _ in 0..<20_000 {
      var stream = valid
      for _ in 0...Int.random(in: 0..<4, using: &random) { stream.mutate(&random) }
      let split = Int.random(in: 0...stream.count, using: &random)
      let outcome = Self.scan([Array(stream[..<split]), Array(stream[split...])], ServerConfiguration())
      for request in outcome.requests { #expect(isClean(request)) }
    }
  }

  /// BEGIN, PARAMS…, empty PARAMS, STDIN…, empty STDIN of one id.
  private func isClean(_ request: [UInt8]) -> Bool {
    var types: [UInt8] = []
    var position = 0
    while let header = RecordHeader(request, at: position) {
      types.append(header.contentLength == 0 ? header.type + 100 : header.type)
      guard header.version == 1, header.id == RecordHeader(request, at: 0)?.id else { return false }
      guard header.paddingLength == 0 else { return false }
      position += header.recordLength
    }
    let ends = types.filter { $0 > 100 }
    return position == request.count && types.first == 1 && ends == [104, 105] && types == types.sorted(by: isEarlier)
  }

  private func isEarlier(_ left: UInt8, _ right: UInt8) -> Bool {
    let order: [UInt8] = [1, 4, 104, 5, 105]
    return order.firstIndex(of: left) ?? 9 < order.firstIndex(of: right) ?? 9
  }
}
