import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

/// Days, decimals and enumerations on their way through a server.
struct ScalarColumnTests {
  private struct Pair<Left: PostgreSQLDecodable, Right: PostgreSQLDecodable>: Row {
    let left: Left
    let right: Right
    static var decoder: RowDecoder<Pair> {
      RowDecoder(Pair.init, Column("left", \.left), Column("right", \.right))
    }
  }

  /// Each value comes back, and the server writes it as `text` does.
  private func comeBack<Value: PostgreSQLValue & Equatable>(
    _ values: [Value], as text: @escaping @Sendable (Value) -> String
  ) async throws {
    try await withPool { pool in
      for value in values {
        let pair = try await pool.session().first(
          "SELECT \(value) AS left, (\(value))::text AS right", as: Pair<Value, String>.self)
        #expect(pair?.left == value)
        #expect(pair?.right == text(value))
      }
      let array = try await pool.session().first(
        "SELECT \(values) AS left, true AS right", as: Pair<[Value], Bool>.self)
      #expect(array?.left == values)
    }
  }

  @Test func `days come back`() async throws {
    let days = ["1970-01-01", "2000-01-01", "1999-12-31", "0001-01-01", "9999-12-31", "2024-02-29"]
    try await comeBack(days.compactMap { Day($0) }) { $0.description }
    try await comeBack([Day.infinity, .negativeInfinity]) { $0 == .infinity ? "infinity" : "-infinity" }
  }

  @Test func `decimals come back with their places`() async throws {
    let texts = [
      "0", "0.00", "1", "-1", "1.50", "-0.0001", "9999", "10000", "10000.0001", "123456789.987654321",
      "0.00000000001", "100", "-12345678901234567890.12",
    ]
    try await comeBack(texts.compactMap { Decimal($0) }) { decimal in
      // The server never writes an exponent.
      texts.first { Decimal($0)?.description == decimal.description } ?? decimal.description
    }
  }

  @Test func `any decimal is what the server takes for it`() async throws {
    let numbers = (0..<200).compactMap { _ in
      let digits = (0..<Int.random(in: 1...30)).map { _ in String(Int.random(in: 0...9)) }.joined()
      return Decimal((Bool.random() ? "-" : "") + digits + "e" + String(Int.random(in: -40...20)))
    }
    try await withPool { pool in
      for number in numbers {
        let text = number.description
        let pair = try await pool.session().first(
          "SELECT \(number) = (\(text))::numeric AS left, (\(text))::numeric AS right", as: Pair<Bool, Decimal>.self)
        #expect(pair?.left == true, "\(text)")
        #expect(pair?.right == number, "\(text)")
      }
    }
  }

  @Test func `the largest and the smallest decimals come back`() async throws {
    try await withPool { pool in
      for text in ["1e131071", "1e-16383", "-1e131071"] {
        let number = try #require(Decimal(text))
        let pair = try await pool.session().first(
          "SELECT \(number) AS left, true AS right", as: Pair<Decimal, Bool>.self)
        #expect(pair?.left == number)
      }
    }
  }

  @Test(arguments: ["NaN", "infinity", "-infinity"])
  func `what is no finite number is an error that says so`(text: String) async throws {
    try await withPool { pool in
      let error = await #expect(throws: DatabaseError.self) {
        try await pool.session().first(
          "SELECT (\(text))::numeric AS left, true AS right", as: Pair<Decimal, Bool>.self)
      }
      let message = "\(try #require(error))"
      #expect(message.contains(text == "NaN" ? "got NaN of numeric" : "got an infinity of numeric"))
    }
  }

  @Test(
    arguments: [
      [], [0, 0], [0, 1, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0, 0x7F, 0xFF], [0xFF, 0xFF, 0, 0, 0, 0, 0, 0],
      [0, 1, 0x7F, 0xFF, 0, 0, 0xFF, 0xFF, 0, 1], [0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
    ] as [[UInt8]])
  func `bytes that are no decimal are an error`(bytes: [UInt8]) {
    #expect(throws: DecodingFailure.self) {
      try bytes.withUnsafeBytes { _ = try Decimal.decode($0.bytes) }
    }
  }

  private enum Kind: String, PostgreSQLValue {
    case open, closed
  }

  private struct ID: RawRepresentable, PostgreSQLValue, Equatable {
    let rawValue: Int32
  }

  @Test func `what has raw values comes back as them`() async throws {
    try await comeBack([Kind.open, .closed]) { $0.rawValue }
    try await comeBack([ID(rawValue: 7)]) { "\($0.rawValue)" }
  }

  @Test func `a raw value that there is none of is an error that names it`() async throws {
    try await withPool { pool in
      let error = await #expect(throws: DatabaseError.self) {
        try await pool.session().first("SELECT 'ajar'::text AS left, true AS right", as: Pair<Kind, Bool>.self)
      }
      let message = "\(try #require(error))"
      #expect(message.contains("expected Kind, got ajar of text"))
    }
  }
}
