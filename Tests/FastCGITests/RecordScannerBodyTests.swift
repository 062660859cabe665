import TestSupport
import Testing

@testable import FastCGI

/// Bodies that are handed on as they come.
struct RecordScannerBodyTests {
  /// What a reader of bodies sees of a stream, however that is cut.
  private struct Seen: Equatable {
    /// The parameters' records, the body, and how it ended: nil where it did not.
    struct Request: Equatable {
      var parameters: [UInt8] = []
      var body: [UInt8] = []
      var end: RecordScanner.Event?
    }

    var requests: [Request] = []
    var last = RecordScanner.Event.needsMore
    var answers: [UInt8] = []
    var longestPiece = 0
  }

  private static func limits(_ bodyLimit: Int = 1 << 20) -> ServerConfiguration {
    var limits = ServerConfiguration()
    limits.bodyLimit = bodyLimit
    limits.bodyReading = { _ in .pieces(limit: nil) }
    return limits
  }

  /// Each request is over when its body is; a body that is refused, too.
  private static func scan(
    _ stream: [UInt8], size: Int, _ limits: ServerConfiguration = limits(), streams: Bool = true, limit: Int = 1 << 20
  ) -> Seen {
    var (scanner, bytes, seen) = (RecordScanner(limits: limits), [UInt8](), Seen())
    func accepted() -> Seen.Request {
      let records = bytes[..<scanner.accepted]
      var body: [UInt8] = []
      var position = scanner.parametersEnd
      while let header = RecordHeader(records, at: position) {
        body += records[position + 8..<position + header.recordLength]
        position += header.recordLength
      }
      return Seen.Request(parameters: Array(records[..<scanner.parametersEnd]), body: body)
    }
    for start in stride(from: 0, to: stream.count, by: size) {
      bytes += stream[start..<min(start + size, stream.count)]
      loop: while true {
        seen.last = scanner.scan(&bytes)
        seen.answers += scanner.takeAnswers()
        switch seen.last {
        case .needsMore, .held: break loop
        case .violation: return seen
        case .ended: break
        case .complete:
          var request = accepted()
          request.end = .body(.ends)
          seen.requests.append(request)
          scanner.discardAccepted(&bytes)
          scanner.requestEnded()
        case .body(.begins) where streams:
          scanner.stream(limit: limit)
          seen.requests.append(accepted())
          scanner.discardAccepted(&bytes)
        case .body(.begins): scanner.gather()
        case .aborted, .body:
          let piece = scanner.takePiece()
          seen.longestPiece = max(seen.longestPiece, piece.count)
          seen.requests[seen.requests.count - 1].body += piece
          if seen.last == .body(.piece) { continue }
          seen.requests[seen.requests.count - 1].end = seen.last
          scanner.requestEnded()
        }
      }
    }
    return seen
  }

  private static let body = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

  @Test(arguments: [1, 7, 4096, 65_536, 1_000_000])
  func `a body is the same, however it comes, and leaves what follows alone`(size: Int) {
    let stream = Records.post(Self.body) + Records.getValues(["FCGI_MAX_CONNS"]) + Records.request()
    let seen = Self.scan(stream, size: size)
    #expect(seen.requests.map(\.end) == [.body(.ends), .body(.ends)])
    #expect(seen.requests.first?.body == Self.body)
    #expect(seen.longestPiece <= size + 32 << 10)
    #expect(seen.requests == Self.scan(stream, size: size, streams: false).requests)
    #expect(!seen.answers.isEmpty)
  }

  @Test func `nobody is asked where every body is wanted whole, or has come with its request`() {
    let stream = Records.post(Array("hello".utf8))
    var (scanner, bytes) = (RecordScanner(limits: ServerConfiguration()), Array(stream.dropLast()))
    #expect(scanner.scan(&bytes) == .needsMore)
    (scanner, bytes) = (RecordScanner(limits: Self.limits()), stream)
    #expect(scanner.scan(&bytes) == .complete)
    (scanner, bytes) = (RecordScanner(limits: Self.limits()), Array(stream.dropLast()))
    #expect(scanner.scan(&bytes) == .body(.begins))
    scanner.gather()
    #expect(scanner.scan(&bytes) == .needsMore)
  }

  @Test(arguments: [1, 100, 1_000_000])
  func `a body that is wanted as it comes may be longer than those that are kept`(size: Int) {
    let stream = Records.post(Self.body) + Records.request()
    let seen = Self.scan(stream, size: size, Self.limits(1000))
    #expect(seen.requests.map(\.body) == [Self.body, []])
  }

  @Test(arguments: [1, 100, 1_000_000])
  func `beyond its limit nothing more comes of a body, and the next request is as ever`(size: Int) {
    let stream: [UInt8] = Array(Records.post(Self.body).dropLast(8)) + Records.record(2) + Records.request()
    let seen = Self.scan(stream, size: size, Self.limits(1000), limit: 100_000)
    #expect(seen.requests.map(\.end) == [.body(.tooLarge), .body(.ends)])
    #expect(seen.requests[0].body.count <= 100_000)
  }

  @Test func `an abort ends a body, and what comes of it afterwards is ignored`() {
    let begin = Records.post(Self.body).prefix(100_000)
    let whole = Records.begin() + RecordScannerTests.parameters + Records.record(5, [1, 2, 3])
    // Not all at once: what has been aborted by then, nobody is asked about.
    for size in [1, 20, 50] {
      let stream = whole + Records.record(2) + Records.record(5, [4]) + Records.record(5) + Records.request()
      let seen = Self.scan(stream, size: size)
      #expect(seen.requests.map(\.end) == [.aborted, .body(.ends)])
    }
    #expect(Self.scan(Array(begin), size: 1000).requests.map(\.end) == [nil])
  }

  @Test func `what cannot come in the middle of a body is a violation, as it is of one that is kept`() {
    let begin = Records.begin() + RecordScannerTests.parameters + Records.record(5, [1])
    for nonsense in [Records.record(4, Records.pair("A", "b")), Records.begin(), Records.record(5, [1], version: 2)] {
      for streams in [true, false] {
        let seen = Self.scan(begin + nonsense, size: begin.count, streams: streams)
        #expect(seen.last == .violation(.order) || seen.last == .violation(.version))
      }
    }
  }

  @Test func `no memory means the same before somebody was asked`() {
    var (scanner, bytes) = (RecordScanner(limits: Self.limits()), Array(Records.post(Self.body).prefix(50_000)))
    #expect(scanner.scan(&bytes) == .body(.begins))
    let isRefused = scanner.refuseForMemory(&bytes)
    #expect(isRefused)
    #expect(bytes.count < 60 + 32 << 10)
    scanner.gather()
    bytes += Records.post(Self.body).dropFirst(50_000)
    #expect(scanner.scan(&bytes) == .complete)
    #expect(scanner.refusal == .outOfMemory)
  }

  /// Whatever comes, who reads it as it arrives sees what who has it whole does, as far as both see it.
  @Test func `damaged streams say the same of a body to both kinds of readers`() {
    var random = Xorshift(seed: 17)
    for _ in 0..<3000 {
      let body = [UInt8](repeating: 9, count: Int.random(in: 0...80, using: &random))
      var stream = Records.request() + Records.begin() + RecordScannerTests.parameters
      stream += Records.stream(5, body, size: Int.random(in: 1...30, using: &random), padding: 3) + Records.request()
      for _ in 0..<Int.random(in: 0...3, using: &random) { stream.mutate(&random) }
      let size = Int.random(in: 1...40, using: &random)
      let (pieces, whole) = (Self.scan(stream, size: size), Self.scan(stream, size: size, streams: false))
      let complete = pieces.requests.filter { $0.end == .body(.ends) }
      #expect(complete == whole.requests, "\(stream) in pieces of \(size)")
    }
  }
}
