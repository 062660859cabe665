import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

private struct Number: Row, Equatable {
  let id: Int32
  let text: String?
  static let decoder = RowDecoder(Number.init, Column("id", \.id), Column("text", \.text))
}

@Suite(.ownThread) struct RowSlicesTests {
  /// The ids of all rows of a list, and in how many pieces they came.
  @LoopActor private func read(_ slices: RowSlices<Number, Int32>) async throws -> (rows: [Number], pieces: Int) {
    var (rows, pieces) = ([Number](), 0)
    while try await slices.next(into: &rows, { $0.append($1) }) { pieces += 1 }
    return (rows, pieces)
  }

  @LoopActor private func slices(_ session: Session, limit: Int64) -> RowSlices<Number, Int32> {
    RowSlices(
      in: session, limit: limit, by: \.id,
      slice: { key, count in
        let from: SQL = key.map { "WHERE id > \($0)" } ?? ""
        return """
          SELECT id, CASE WHEN octet_length(text) <= 1000 THEN text END AS text FROM numbers \(from) ORDER BY id LIMIT \(count)
          """
      },
      isWhole: { $0.text != nil },
      whole: { row throws(DatabaseError) in
        try await session.first("SELECT id, text FROM numbers WHERE id = \(row.id)")
      })
  }

  private func withNumbers(
    _ fill: SQL, _ body: @escaping @Sendable @LoopActor (Session) async throws -> Void
  ) async throws {
    try await withPool { pool in
      try await pool.session().execute("CREATE TABLE numbers (id int PRIMARY KEY, text text)")
      try await pool.session().execute(fill)
      try await body(pool.session())
    }
  }

  @Test func `all rows come once, in order, in slices`() async throws {
    try await withNumbers("INSERT INTO numbers SELECT n, 'n' FROM generate_series(1, 2500) n") { session in
      for limit: Int64 in [0, 1, 99, 100, 101, 1100, 2499, 2500, 2501, .max] {
        let (rows, pieces) = try await read(slices(session, limit: limit))
        #expect(rows.map(\.id) == Array(1...2500).prefix(Int(min(limit, 2500))).map(Int32.init))
        #expect(pieces >= rows.count / 1000)
      }
    }
  }

  @Test func `a row with a value that was left out is read by itself, in its place`() async throws {
    let fill: SQL =
      "INSERT INTO numbers SELECT n, CASE n % 3 WHEN 0 THEN repeat('x', 5000) WHEN 1 THEN 'n' END FROM generate_series(1, 250) n"
    try await withNumbers(fill) { session in
      let (rows, _) = try await read(slices(session, limit: 200))
      #expect(rows.map(\.id) == Array(1...200))
      for row in rows { #expect(row.text?.utf8.count == [5000, 1, nil][Int(row.id) % 3]) }
    }
  }

  @Test func `a row that has gone before it was read is left out`() async throws {
    try await withNumbers("INSERT INTO numbers SELECT n, repeat('x', 5000) FROM generate_series(1, 5) n") { session in
      let slices = slices(session, limit: 5)
      var ids: [Int32] = []
      var isFirst = true
      while try await slices.next(into: &ids, { $0.append($1.id) }) {
        if isFirst { try await session.execute("DELETE FROM numbers WHERE id IN (2, 5)") }
        isFirst = false
      }
      #expect(ids == [1, 3, 4])
    }
  }

  @Test func `an empty list ends at once, and what follows its end is nothing`() async throws {
    try await withNumbers("SELECT 1") { session in
      let slices = slices(session, limit: 10)
      var rows: [Number] = []
      for isFirst in [true, false, false] {
        let goesOn = try await slices.next(into: &rows) { $0.append($1) }
        #expect(goesOn == isFirst)
      }
      #expect(rows.isEmpty)
    }
  }
}
