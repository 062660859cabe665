import Testing

@testable import PostgreSQL

struct DeclaredStatementTests {
  private func uses(_ statements: [SQL]) -> [TableUse] {
    TableUse.all(in: statements.map { DeclaredStatement("x", $0) })
  }

  @Test func `what the statements do with a table is read from their words`() {
    let uses = uses([
      "INSERT INTO users (email, name) VALUES (\(1), lower(\("x"))) RETURNING id",
      "UPDATE ONLY users SET name = coalesce(\("x"), name), \"Age\" = 3 WHERE id = 1 RETURNING id, name",
      "DELETE FROM app.groups WHERE id = ANY(\([1]))",
      "SELECT id FROM users JOIN groups ON true WHERE name = 'from nowhere' FOR UPDATE",
    ])
    #expect(uses.map(\.table.description) == ["users", "app.groups", "groups"])
    #expect(uses.first?.commands == [.insert, .update])
    #expect(uses.first?.filled == ["email", "name"])
    #expect(uses.first?.written == ["email", "name", "Age"])
    #expect(uses.dropFirst().first?.commands == [.delete])
    #expect(uses.last?.commands == [])
  }

  @Test func `of several creates only what each of them fills is filled`() {
    let one: SQL = "INSERT INTO t (a, b) VALUES (1, 2)"
    #expect(
      uses([one, "INSERT INTO t (b, c) VALUES (1, 2) ON CONFLICT (b) DO UPDATE SET c = 1"]).first?.filled == ["b"])
    #expect(uses([one, "INSERT INTO t VALUES (1, 2)"]).first?.filled == nil)
    #expect(uses([one, "DELETE FROM t"]).first?.filled == ["a", "b"])
  }
}
