import Testing

@testable import PostgreSQL

struct StatementKindTests {
  @Test(arguments: [
    "SELECT 1", " /* INSERT /* nested */ */ select x from t", "-- update\nVALUES (1)", "TABLE t", "SHOW all",
    "WITH a AS (SELECT 1) SELECT * FROM a", "SELECT 'for update'", #"SELECT "into" FROM t"#,
    "SELECT $$ delete $$, $tag$ for update $tag$, $1", "(SELECT 1) UNION (SELECT 2)", "SELECT substring('a' FOR 1)",
    "SELECT updated_at FROM t",
  ])
  func `a statement that only reads is a read`(text: String) {
    #expect(StatementKind(of: text) == .read)
  }

  @Test(arguments: [
    "INSERT INTO t VALUES (1)", "insert into t (a, b) VALUES ($1, 'on conflict') RETURNING a",
    "INSERT INTO t SELECT * FROM u", "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", "INSERT INTO t TABLE u",
    "INSERT INTO t VALUES ((SELECT f()))", "UPDATE t SET a = 1", "DELETE FROM t", "", "SELECT 1 INTO t",
    "SELECT * FROM t FOR UPDATE", "SELECT * FROM t FOR NO KEY UPDATE", "SELECT * FROM t for /* x */ share",
    "SELECT * FROM t FOR KEY SHARE", "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a", "SET LOCAL a = 1",
    "EXPLAIN ANALYZE SELECT 1", "CALL p()", #"SELECT E'\'' FROM t FOR UPDATE --'"#, "SELECT '' FROM t FOR UPDATE",
  ])
  func `a statement that changes or locks, or might, is a write`(text: String) {
    #expect(StatementKind(of: text) == .write)
  }

  @Test(arguments: ["BEGIN", "start transaction", "COMMIT", "END", "ROLLBACK", "abort", "SAVEPOINT a", "RELEASE a"])
  func `a statement about transactions is neither`(text: String) {
    #expect(StatementKind(of: text) == .transactionControl)
  }

  @Test(arguments: [
    "SET a = 1", "set session a = 1", "SET ROLE b", "SET TIME ZONE 0", "RESET ALL", "DISCARD ALL", "LISTEN a",
    "UNLISTEN *", "PREPARE a AS SELECT 1", "DEALLOCATE a", "LOAD 'a'",
  ])
  func `a statement that changes the connection for others is neither`(text: String) {
    #expect(StatementKind(of: text) == .sessionControl)
    #expect(Statement(SQL(statement: text).writing, number: nil).kind == .write)
  }

  @Test(arguments: ["SET LOCAL a = 1", "SET CONSTRAINTS ALL DEFERRED", "SET TRANSACTION READ ONLY"])
  func `what holds for a transaction only is a write`(text: String) {
    #expect(StatementKind(of: text) == .write)
  }

  @Test func `what a statement is marked as counts more than its text`() {
    #expect(Statement(("SELECT nextval('s')" as SQL).writing, number: nil).kind == .write)
    #expect(Statement(("INSERT INTO t VALUES (f())" as SQL).writing, number: nil).kind == .write)
    #expect(Statement(("INSERT INTO t VALUES (1)" as SQL).sharingCommit, number: nil).kind == .sharedWrite)
    let (one, other) = (("f()" as SQL).writing, ("g()" as SQL).sharingCommit)
    #expect(Statement("SELECT \(one), \(other)", number: nil).kind == .write)
    #expect(Statement(("DELETE FROM t WHERE a = 1" as SQL).sharingCommit, number: nil).kind == .sharedWrite)
  }
}
