import TestSupport
import Testing

@testable import FastCGI

/// What the scanner keeps, and what it refuses to.
extension RecordScannerTests {
  private static func refuses(_ scanner: inout RecordScanner, _ bytes: inout [UInt8]) -> Bool {
    scanner.refuseForMemory(&bytes)
  }

  @Test func `a body in records of one byte with padding takes no more memory than it has bytes`() {
    var scanner = RecordScanner(limits: ServerConfiguration())
    var bytes = Records.begin() + Self.parameters
    let records = [[UInt8]](repeating: Records.record(5, [1], padding: 255), count: 250).flatMap { $0 }
    for round in 1...40 {
      bytes += records
      #expect(scanner.scan(&bytes) == .needsMore)
      #expect(bytes.count < 250 * round + 100)
    }
  }

  @Test(arguments: [(5, 7, 0), (5, 1, 200), (4, 1, 0)] as [(UInt8, Int, Int)])
  func `a record that nobody wants is not kept until it is complete`(type: UInt8, id: Int, padding: Int) {
    let record = Records.record(type, [UInt8](repeating: 1, count: 60_000), id: id, padding: padding)
    var scanner = RecordScanner(limits: ServerConfiguration())
    var bytes = Self.get
    #expect(scanner.scan(&bytes) == .complete)
    scanner.discardAccepted(&bytes)
    for byte in record {
      bytes.append(byte)
      #expect(scanner.scan(&bytes) == .needsMore)
      #expect(bytes.count < RecordHeader.length)
    }
    bytes += Self.get
    #expect(scanner.scan(&bytes) == .held)
  }

  @Test(arguments: [0, 1, 2, 3])
  func `a request that there is no memory for is forgotten at once, and refused when it is complete`(record: Int) {
    let body = [UInt8](repeating: 7, count: 90_000)
    let stream = Records.begin() + Self.parameters + Records.stream(5, body) + Self.get
    let arrived = [20, 50, 20_000, 80_000][record]
    var scanner = RecordScanner(limits: ServerConfiguration())
    var bytes = Array(stream[..<arrived])
    #expect(scanner.scan(&bytes) == .needsMore)
    #expect(Self.refuses(&scanner, &bytes))
    #expect(scanner.scan(&bytes) == .needsMore)
    #expect(bytes.count < 60)
    #expect(!Self.refuses(&scanner, &bytes))
    bytes += stream[arrived...]
    #expect(scanner.scan(&bytes) == .complete)
    #expect(scanner.refusal == .outOfMemory)
    #expect(Array(bytes[..<scanner.accepted]) == Records.begin() + Records.record(4) + Records.record(5))
    scanner.discardAccepted(&bytes)
    scanner.requestEnded()
    #expect(!Self.refuses(&scanner, &bytes))
    #expect(scanner.scan(&bytes) == .complete)
    #expect(scanner.refusal == nil)
  }

  @Test func `a body at the limit passes, one byte more is cut and refused`() {
    var limits = ServerConfiguration()
    limits.bodyLimit = 1000
    let fits = Self.scan([Records.post([UInt8](repeating: 7, count: 1000))], limits)
    #expect(fits.refusals == [])
    let large = Self.scan([Records.post([UInt8](repeating: 7, count: 1001)) + Self.get], limits)
    #expect(large.refusals == [.bodyTooLarge])
    #expect(large.requests.count == 2)
    #expect(large.requests.first?.suffix(8) == Records.record(5)[...])
  }

  @Test func `too many parameters, or too long ones, are cut and refused`() {
    var limits = ServerConfiguration()
    limits.parametersLimit = 100
    limits.parameterCountLimit = 3
    let empty = Records.begin() + Records.record(4) + Records.record(5)
    let many = Records.begin() + Records.stream(4, [0, 0, 0, 0, 0, 0, 0, 0]) + Records.record(5)
    #expect(Self.scan([many], limits).requests == [empty])
    #expect(Self.scan([many], limits).refusals == [.parametersTooLarge])
    let long = Records.request([("A", String(repeating: "b", count: 200))])
    #expect(Self.scan([long], limits).refusals == [.parametersTooLarge])
  }

  @Test func `what is ignored or refused takes no memory`() {
    var scanner = RecordScanner(limits: ServerConfiguration())
    var bytes = Records.begin() + Self.parameters
    let noise = Records.record(5, [UInt8](repeating: 1, count: 5000), id: 7)
    for _ in 0..<1000 {
      bytes += noise
      #expect(scanner.scan(&bytes) == .needsMore)
    }
    #expect(bytes.count < 100)
  }
}
