import Testing

@testable import PostgreSQL

struct MigrationsTests {
  private func migrations(_ files: [(name: String, text: String)]) -> Migrations {
    Migrations(files, recordedIn: "migrations")
  }

  private func faults(_ files: (String, String)...) -> String {
    migrations(files.map { (name: $0.0, text: $0.1) }).faults.map(\.description).joined(separator: "\n")
  }

  @Test func `they are in the order of their numbers, whatever the order of the files`() {
    let migrations = migrations([("0010-j.sql", "SELECT 10"), ("0002-b.sql", "SELECT 2"), ("1-a.sql", "SELECT 1")])
    #expect(migrations.all.map(\.number) == [1, 2, 10])
    #expect(Migrations.none.all.isEmpty && Migrations.none.faults.isEmpty)
  }

  @Test func `a gap, two of one number, a name without one, and nothing within are told`() {
    for second in ["0003-c.sql", "0001-c.sql"] {
      #expect(faults(("0001-a.sql", "SELECT 1"), (second, "SELECT 1")).contains("\(second): its number is to be 2"))
    }
    #expect(faults(("0000-a.sql", "SELECT 1")).contains("its number is to be 1"))
    for name in ["a.sql", "0001.sql", "0001-a", "-a.sql", "99999999999999999999-a.sql", "٣-a.sql", ""] {
      #expect(faults((name, "SELECT 1")).contains("a name like 0001-users-phone.sql"), "\(name)")
    }
    #expect(faults(("0001-a.sql", "-- nothing\n;")).contains("it has no statement"))
    #expect(faults(("0001-a.sql", "SELECT 1"), ("0002-b.sql", "SELECT 1;\nSELECT 2")).isEmpty)
  }

  @Test(arguments: ["BEGIN", "COMMIT", "START TRANSACTION", "PREPARE TRANSACTION 'x'", "COPY a FROM STDIN"])
  func `what begins or ends a transaction, and COPY, have no place in one, nor in a script`(statement: String) {
    #expect(faults(("0001-a.sql", "SELECT 1;\n\(statement);")).contains("0001-a.sql, line 2: "))
    let script = SchemaScript("CREATE TABLE a (id int);\n\(statement);\n", name: "schema.sql")
    #expect(script.faults.map(\.subject) == ["schema.sql, line 2"])
  }

  @Test func `a comment line before the statement takes it out of its transaction, and it is the only one`() {
    func isTransactional(_ text: String) -> Bool? { Migration("1-a.sql", text)?.isTransactional }
    #expect(isTransactional("-- an index\n-- outside a transaction\nVACUUM a") == false)
    #expect(isTransactional("-- outside a transaction \r\nVACUUM a") == false)
    #expect(isTransactional("VACUUM a -- outside a transaction") == true)
    #expect(isTransactional("SELECT 1;\n-- outside a transaction\nVACUUM a") == true)
    #expect(isTransactional("-- this is outside a transaction\nVACUUM a") == true)
    let directive = "-- outside a transaction\n"
    #expect(faults(("1-a.sql", directive + "VACUUM a; VACUUM b")).contains("it has 2 statements"))
    #expect(faults(("1-a.sql", directive + "CREATE INDEX CONCURRENTLY ON a (b)")).contains("its index has no name"))
    #expect(faults(("1-a.sql", directive + "CREATE INDEX CONCURRENTLY c ON a (b)")).isEmpty)
  }

  @Test func `comments and spaces may change, and nothing else`() {
    func checksum(_ text: String) -> String? { Migration("1-a.sql", text)?.checksum }
    let text = "ALTER TABLE a ADD COLUMN b text DEFAULT 'x y';"
    #expect(checksum(text) == checksum("-- why\nalter table a\n  add column b /* c */ text default 'x y'\n"))
    for other in [
      "ALTER TABLE a ADD COLUMN b text DEFAULT 'x  y'", "ALTER TABLE a ADD COLUMN \"B\" text DEFAULT 'x y'",
      "ALTER TABLE a ADD COLUMN b text", "ALTER TABLE a ADD COLUMN bt ext DEFAULT 'x y'",
    ] {
      #expect(checksum(text) != checksum(other))
    }
    #expect(checksum("SELECT \"a\"") != checksum("SELECT a"))
  }

  @Test func `changes of a table that is not there are left out, unless it is made there or gets rows`() throws {
    let text = """
      ALTER TABLE notes ADD COLUMN a int;
      ALTER TABLE users ADD COLUMN b int;
      CREATE INDEX ix ON notes (a);
      INSERT INTO notes SELECT 1;
      CREATE TABLE notes (id int);
      ALTER TABLE notes ADD COLUMN c int
      """
    let migration = try #require(Migration("1-a.sql", text))
    let notes = [TableName(schema: nil, name: "notes")]
    #expect(migration.statements(without: notes).map(\.line) == [2, 4, 5, 6])
    #expect(migration.statements(without: []).map(\.line) == [1, 2, 3, 4, 5, 6])
  }

  @Test(arguments: [
    "ALTER TABLE people ADD COLUMN note_id int REFERENCES notes",
    "UPDATE people SET n = (SELECT count(*) FROM notes)",
    "DELETE FROM people USING notes WHERE notes.id = people.id",
  ])
  func `a change of another table is not left out for a table that it only names`(statement: String) throws {
    let migration = try #require(Migration("1-a.sql", statement))
    #expect(migration.statements(without: [TableName(schema: nil, name: "notes")]).count == 1)
  }
}
