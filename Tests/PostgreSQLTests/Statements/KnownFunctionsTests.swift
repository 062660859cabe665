import Testing

@testable import PostgreSQL

struct KnownFunctionsTests {
  @Test(arguments: [
    "SELECT 1", "TABLE t", "SELECT a FROM t WHERE id = ANY($1)",
    "SELECT a FROM t WHERE id IN (1, 2) AND (b OR NOT (c))",
    "SELECT count(*), Coalesce (max(a), 0) FROM t GROUP BY b", "WITH a AS (SELECT 1) SELECT * FROM a",
    "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id)", "SELECT 'nextval(1)', $$ f() $$ -- f()",
    "SELECT CASE WHEN octet_length(name) <= 1024 THEN name END AS name FROM t ORDER BY id LIMIT $1",
  ])
  func `a read that calls nothing unknown may run twice`(text: String) {
    #expect(Statement(SQL(statement: text), number: nil).mayRunTwice)
  }

  @Test(arguments: [
    "SELECT nextval('s')", "SELECT pg_advisory_lock(1)", "SELECT NextVal /* x */ ('s')", "SELECT f(1) FROM t",
    "SELECT * FROM f()", "SELECT a FROM t WHERE f(a)", #"SELECT "count"(1)"#, "SELECT my.lower('a')",
    #"SELECT my . "lower"('a')"#, "SELECT set_config('a', 'b', false)", "SELECT * FROM t FOR UPDATE",
    "INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a",
  ])
  func `what calls anything else, changes or locks may not`(text: String) {
    #expect(!Statement(SQL(statement: text), number: nil).mayRunTwice)
  }

  @Test func `nor what its author says writes`() {
    #expect(!Statement(("SELECT a FROM view_that_writes" as SQL).writing, number: nil).mayRunTwice)
  }
}
