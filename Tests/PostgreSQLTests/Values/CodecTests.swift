import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct CodecTests {
  @Test func `integers come back as they went, to their extremes`() async throws {
    try await withPool { pool in
      let session = pool.session()
      try await session.returns([Int16.min, -1, 0, .max])
      try await session.returns([Int32.min, -1, 0, .max])
      try await session.returns([Int64.min, -1, 0, .max])
      try await session.returns([Int.min, -1, 0, .max])
    }
  }

  @Test func `every other type comes back as it went`() async throws {
    try await withPool { pool in
      let session = pool.session()
      try await session.returns([true, false])
      let numbers = [0, -0.1, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude] as [Double]
      try await session.returns(numbers)
      try await session.returns(numbers.map { Float($0) })
      let texts = ["", "a", #"Ünïcödé 🏗️ 'quoted' \ "too""#, String(repeating: "x", count: 100_000)]
      try await session.returns(texts)
      try await session.returns([[], [0], [UInt8](0...255)] as [[UInt8]])
      let uuid = UUID.random()
      try await session.returns([uuid])
      try await session.expect("SELECT \(uuid)::text", uuid.description as String)
    }
  }

  @Test func `moments come back to the microsecond, and infinities stay what they are`() async throws {
    try await withPool { pool in
      let session = pool.session()
      let values = [0, 1, -1, 1_700_000_000_123_456, -62_135_596_800_000_000].map { Timestamp(microseconds: $0) }
      try await session.returns(values + [.infinity, .negativeInfinity])
      try await session.expect("SELECT '1970-01-01T00:00:00Z'::timestamptz", Timestamp(microseconds: 0))
      try await session.expect("SELECT 'infinity'::timestamptz", Timestamp.infinity)
      try await session.expect("SELECT '-infinity'::timestamptz", Timestamp.negativeInfinity)
      let text = try await session.value("SELECT extract(epoch FROM \(values[3]))::text", as: String.self)
      #expect(text == "1700000000.123456")
    }
  }

  @Test func `NULL is nil, both ways`() async throws {
    try await withPool { pool in
      let session = pool.session()
      let nothing: Int? = nil
      try await session.expect("SELECT \(nothing) IS NULL", true as Bool)
      try await session.expect("SELECT NULL::text", nil as String?)
      try await session.returns([5, nil] as [Int?])
      try await session.expect("SELECT \("") IS NULL", false as Bool)
    }
  }

  @Test func `arrays come back with their order, their NULLs and none at all`() async throws {
    try await withPool { pool in
      let session = pool.session()
      try await session.returns([[Int]()])
      try await session.returns([[3, 1, 2]])
      try await session.returns([["a", "", "ö"]])
      try await session.returns([["a", nil, "b"] as [String?]])
      try await session.returns([[true, false]])
      try await session.returns([[1.5, 2]])
      try await session.returns([[Timestamp.infinity]])
      try await session.expect("SELECT ARRAY[1, 2]::int[]", [1, 2] as [Int])
      try await session.expect("SELECT 2 = ANY(\([1, 2]))", true as Bool)
    }
  }

  @Test func `smaller numbers fit larger types, not the other way round`() async throws {
    try await withPool { pool in
      let session = pool.session()
      try await session.expect("SELECT 7::int2", 7 as Int)
      try await session.expect("SELECT -7::int4", -7 as Int64)
      try await session.expect("SELECT 1.5::float4", 1.5 as Double)
      await expectDecodingError("expected Int32, got bigint") {
        _ = try await session.value("SELECT 7::int8", as: Int32.self)
      }
    }
  }

  @Test func `what does not fit is an error that names the column`() async throws {
    try await withPool { pool in
      let session = pool.session()
      await expectDecodingError("column 2 (name): expected String, got integer") {
        _ = try await session.all("SELECT 1 AS id, 2 AS name, 3 AS age", as: Person.self)
      }
      await expectDecodingError("column 2 (name): expected String, got NULL of text") {
        _ = try await session.all("SELECT 1 AS id, NULL::text AS name, 3 AS age", as: Person.self)
      }
      await expectDecodingError("expected 3 columns, got 1") {
        _ = try await session.all("SELECT 1", as: Person.self)
      }
      await expectDecodingError("an array of 2 dimensions") {
        _ = try await session.value("SELECT ARRAY[[1], [2]]", as: [Int].self)
      }
      await expectDecodingError("expected String, got the type with OID 600") {
        _ = try await session.value("SELECT point(1, 2)", as: String.self)
      }
    }
  }

  @Test func `a text with U+0000 is refused as the server would`() async throws {
    try await withPool { pool in
      let error = await #expect(throws: DatabaseError.self) { try await pool.session().returns(["a\0b"]) }
      #expect(error?.sqlState == .characterNotInRepertoire)
    }
  }

  @Test(arguments: [
    [], [1], [0, 0, 0, 1], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 20, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1],
  ])
  func `bytes that are no array are an error`(bytes: [UInt8]) {
    #expect(throws: DecodingFailure.self) {
      try bytes.withUnsafeBytes { _ = try [Int].decode($0.bytes) }
    }
  }

  @Test func `bytes that are no UTF-8 are repaired`() throws {
    let text = try ([0x61, 0xFF] as [UInt8]).withUnsafeBytes { try String.decode($0.bytes) }
    #expect(text == "a\u{FFFD}")
  }
}

private func expectDecodingError(
  _ part: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
  do {
    try await body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch DatabaseError.decoding(let message) {
    #expect(message.contains(part), sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
}

extension Session {
  /// Each value comes back from the server as it was sent.
  @LoopActor fileprivate func returns<Value: PostgreSQLEncodable & PostgreSQLDecodable & Equatable>(
    _ values: [Value], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    for value in values { try await expect("SELECT \(value)", value, sourceLocation: sourceLocation) }
  }

  @LoopActor fileprivate func expect<Value: PostgreSQLDecodable & Equatable>(
    _ sql: SQL, _ expected: Value, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let row = try await first(sql, as: One<Value>.self)
    #expect(row == One(value: expected), sourceLocation: sourceLocation)
  }
}
