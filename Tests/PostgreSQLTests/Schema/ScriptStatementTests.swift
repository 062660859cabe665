import Testing

@testable import PostgreSQL

struct ScriptStatementTests {
  @Test(arguments: [(nil, 3), (0, 3), (1, 3), (17, 3), (18, 4), (28, 4), (29, 5), (Int.max, 5)] as [(Int?, Int)])
  func `an error is in the line where the server has found it, and else where the statement begins`(
    position: Int?, line: Int
  ) throws {
    let text = "-- 💥\n\nCREATE TABLE é (\n  id intt,\n  name text)"
    let statement = try #require(ScriptStatement.all(in: text).first)
    var error = ServerError(SQLState("42704"), message: "")
    error.position = position
    #expect(statement.line(of: error) == line)
  }

  @Test func `what may stand in a script has no fault`() {
    let text = """
      COPY a FROM '/x'; PREPARE a AS SELECT 1; CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;
      DO $$BEGIN END$$; SET x = 1; CREATE TABLE "begin" ("commit" int)
      """
    let statements = ScriptStatement.all(in: text)
    #expect(statements.count == 6)
    #expect(statements.allSatisfy { $0.fault(in: "a") == nil })
  }
}
