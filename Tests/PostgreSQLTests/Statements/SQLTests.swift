import Testing

@testable import PostgreSQL

struct SQLTests {
  @Test func `interpolations become numbered parameters`() {
    let (id, name) = (7, "Ada")
    let sql: SQL = "UPDATE users SET name = \(name) WHERE id = \(id)"
    #expect(sql.text == "UPDATE users SET name = $1 WHERE id = $2")
    #expect(sql.parameterTypes == [.text, .int8])
    #expect(sql.parameters.bytes == Array("Ada".utf8) + [0, 0, 0, 0, 0, 0, 0, 7])
  }

  @Test func `a spliced fragment brings its values along, in order`() {
    let columns: SQL = "id, email"
    let condition: SQL = "age > \(18) AND name = \("Bo")"
    let sql: SQL = "SELECT \(columns) FROM users WHERE \(condition) LIMIT \(10)"
    #expect(sql.text == "SELECT id, email FROM users WHERE age > $1 AND name = $2 LIMIT $3")
    #expect(sql.parameterTypes == [.int8, .text, .int8])
    #expect(sql.valuesDescription == "(18, 'Bo', 10)")
  }

  @Test func `an identifier is quoted`() {
    let sql: SQL = "SELECT * FROM \(identifier: "a\"; DROP TABLE users --")"
    #expect(sql.text == #"SELECT * FROM "a""; DROP TABLE users --""#)
  }

  @Test func `values look as in Python`() {
    let nothing: Int? = nil
    let sql: SQL = "\(1), \(true), \(nothing), \(1.5), \("x"), \([1, 2])"
    #expect(sql.valuesDescription == "(1, True, None, 1.5, 'x', <44 bytes of bigint[]>)")
    #expect(("SELECT \(1)" as SQL).valuesDescription == "(1,)")
    #expect(("SELECT 1" as SQL).valuesDescription == "()")
  }

  @Test func `the same place with other values is the same statement`() {
    func sql(_ id: Int) -> SQL { "SELECT * FROM users WHERE id = \(id)" }
    #expect(StatementKey(sql(1)) == StatementKey(sql(2)))
  }

  @Test func `statements that begin alike, or differ by a type, a name or a mark, are not the same`() {
    func first(_ id: Int) -> SQL { "SELECT * FROM t WHERE a = \(id)" }
    func second(_ id: Int) -> SQL { "SELECT * FROM t WHERE a = \(id) AND b" }
    func third(_ id: Int32) -> SQL { "SELECT * FROM t WHERE a = \(id)" }
    func named(_ name: String) -> SQL { "SELECT * FROM \(identifier: name)" }
    let keys = [
      StatementKey(first(1)), StatementKey(second(1)), StatementKey(third(1)), StatementKey(named("a")),
      StatementKey(named("b")), StatementKey(first(1).writing), StatementKey(first(1).sharingCommit),
    ]
    #expect(Set(keys).count == keys.count)
  }

  @Test func `a literal of one character is kept`() {
    let star: SQL = "*"
    #expect(("SELECT \(star) FROM \(identifier: "t")" as SQL).text == #"SELECT * FROM "t""#)
  }

  @Test func `a statement that binds keys and nothing else is the same one with other keys`() throws {
    func keys(_ values: [Int32]) -> LookupKeys {
      var keys = LookupKeys(of: .int4)
      for value in values { keys.append { value.encode(into: &$0) } }
      return keys
    }
    func made(_ values: [Int32]) -> SQL { "SELECT \(identifier: "a") FROM b WHERE c = ANY(\(keys(values))) LIMIT 3" }
    for (before, after): ([Int32], [Int32]) in [([], [7]), ([1, 2], [3]), ([1], []), ([1], [2, 3, -4])] {
      let sql = try #require(made(before).rebinding(keys(after)))
      #expect(sql.text == made(after).text && sql.parameterTypes == made(after).parameterTypes)
      #expect(sql.parameters.bytes == made(after).parameters.bytes)
      let (length, expected) = (sql.withValues { $0.lengths?[0] }, made(after).withValues { $0.lengths?[0] })
      #expect(length == expected)
      #expect(StatementKey(sql) == StatementKey(made(before)))
    }
    let withMore: SQL = "SELECT a WHERE c = ANY(\(keys([1]))) AND d = \(1)"
    let withLess: SQL = "SELECT a"
    let withOthers: SQL = "SELECT a WHERE c = ANY(\(["x"]))"
    for sql in [withMore, withLess, withOthers] { #expect(sql.rebinding(keys([1])) == nil) }
  }

  @Test func `one text is one prepared statement, wherever it stands and whatever is known of it`() {
    func here(_ id: Int) -> SQL { "SELECT \(identifier: "a") WHERE a = \(id)" }
    func there(_ id: Int) -> SQL { "\("SELECT \"a\"" as SQL) WHERE a = \(id)" }
    var cache = StatementCache(areNamed: true)
    let all = [here(1), there(1), here(1).sharingCommit, here(1).writing]
    let numbers = all.map { cache.statement(for: $0).0.number }
    #expect(numbers == [0, 0, 0, 0])
    #expect(cache.statement(for: "SELECT 2").0.number == 1)
  }

  @Test func `the cache is bounded; what comes later is sent unnamed`() {
    var cache = StatementCache(areNamed: true)
    for number in 0..<StatementCache.capacity {
      let (statement, isNew) = cache.statement(for: "SELECT \(identifier: "c\(number)")")
      #expect(statement.number == number && isNew)
    }
    #expect(cache.overflow == 0)
    #expect(cache.statement(for: "SELECT 'one more'").0.number == nil)
    #expect(cache.overflow == 1)
    #expect(cache.statement(for: "SELECT \(identifier: "c7")").0.number == 7)
    #expect(cache.overflow == 1)
  }
}
