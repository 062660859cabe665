import TestSupport
import Testing

/// Tables of other people's: what theirs refuses is answered with what is right, and never with a 500 or a false sentence.
@Suite(.ownThread) struct RefusedWritesTests {
  /// A change to the table, a request, and how its answer begins; then what undoes the change.
  private struct Case {
    var change: String
    var request: (method: String, path: String, body: String)
    var answer: String
    var log = ""
    var undo = ""
  }

  private static let create = ("POST", "/users/", #"{"email":"new@b.co","name":"New"}"#)
  private static let rename = ("PATCH", "/users/1", #"{"name":"Renamed"}"#)

  private func check(_ cases: [Case], in name: String? = nil) async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let name = try name ?? cluster.makeDatabase()
    let program = try RunningProgram(database: cluster.url(name))
    _ = try program.connect()
    func psql(_ sql: String) throws {
      if !sql.isEmpty { try cluster.run("psql", "-v", "ON_ERROR_STOP=1", "-d", name, "-qc", sql) }
    }
    _ = try Poll.until { try program.ask("GET", "/readyz").head.hasPrefix("Status: 200") ? true : nil }
    try psql("INSERT INTO users (email, name) VALUES ('taken@b.co', 'Taken'), ('other@b.co', 'Other')")
    for item in cases {
      try psql(item.change)
      let answer = try program.ask(item.request.method, item.request.path, item.request.body)
      let text = "\(answer.head.dropFirst("Status: ".count).prefix(3)) \(answer.text)"
      #expect(text.hasPrefix(item.answer), "\(item.change): \(text)")
      #expect(try item.log.isEmpty || program.says(item.log), "\(item.change): \(program.log)")
      try psql(item.undo)
    }
    #expect(!program.log.contains("failed:"))
  }

  private static let conflict = #"409 {"detail":"The request conflicts with other data"}"#
  private static let rule = #"400 {"detail":"A rule of the database refuses this"}"#
  private static let unavailable = #"503 {"detail":"Service Unavailable"}"#
  private static let taken = #"400 {"detail":"Email already exists"}"#

  /// An address that was taken a moment ago is looked up before the next one is written.
  @Test func `who is not there is missed, whoever has the address`() async throws {
    let missing = #"404 {"detail":"User not found"}"#
    let body = #"{"email":"taken@b.co","name":"A"}"#
    try await check([
      Case(change: "", request: ("POST", "/users/", body), answer: Self.taken),
      Case(change: "", request: ("PUT", "/users/987654321", body), answer: missing),
      Case(change: "", request: ("PATCH", "/users/987654321", #"{"email":"taken@b.co"}"#), answer: missing),
      Case(change: "", request: ("PUT", "/users/2", body), answer: Self.taken),
      Case(change: "", request: ("PATCH", "/users/2", #"{"email":"taken@b.co"}"#), answer: Self.taken),
      Case(change: "", request: ("PUT", "/users/1", body), answer: "200 "),
    ])
  }

  @Test func `constraints`() async throws {
    try await check([
      Case(
        change: "", request: ("POST", "/users/", #"{"email":"taken@b.co","name":"A"}"#), answer: Self.taken),
      Case(
        change: "DROP INDEX ix_users_email; CREATE UNIQUE INDEX mine ON users (lower(email))",
        request: ("PATCH", "/users/2", #"{"email":"Taken@b.co"}"#), answer: Self.taken),
      Case(
        change: "CREATE UNIQUE INDEX one_name ON users (name)",
        request: ("POST", "/users/", #"{"email":"new@b.co","name":"Taken"}"#), answer: Self.conflict, log: "one_name",
        undo: "DROP INDEX one_name"),
      Case(
        change: "ALTER TABLE users ADD CONSTRAINT named CHECK (length(trim(name)) > 0)",
        request: ("POST", "/users/", #"{"email":"new@b.co","name":" "}"#),
        answer: #"422 {"detail":[{"type":"value_error","loc":["body","name"],"msg":"Value error, "#, log: "named"),
      Case(
        change: "ALTER TABLE users ADD CONSTRAINT apart EXCLUDE (name WITH =)",
        request: ("PATCH", "/users/2", #"{"name":"Taken"}"#), answer: Self.conflict, log: "apart",
        undo: "ALTER TABLE users DROP CONSTRAINT apart"),
      Case(
        change:
          "CREATE TABLE orders (user_id integer CONSTRAINT ordered REFERENCES users); INSERT INTO orders VALUES (1)",
        request: ("DELETE", "/users/1", ""), answer: Self.conflict, log: "ordered"),
      Case(
        change: "ALTER TABLE orders ALTER CONSTRAINT ordered DEFERRABLE INITIALLY DEFERRED",
        request: ("DELETE", "/users/1", ""), answer: Self.conflict),
      Case(
        change: """
          DROP TABLE orders; CREATE TABLE orders (user_id integer CONSTRAINT strict REFERENCES users ON DELETE RESTRICT);
          INSERT INTO orders VALUES (1)
          """,
        request: ("DELETE", "/users/1", ""), answer: Self.conflict, log: "strict"),
      Case(
        change: "ALTER SEQUENCE users_id_seq RESTART", request: Self.create, answer: Self.conflict, log: "users_pkey",
        undo: "ALTER SEQUENCE users_id_seq RESTART 1000"),
      Case(
        change: "ALTER SEQUENCE users_id_seq MAXVALUE 1000; SELECT nextval('users_id_seq')", request: Self.create,
        answer: Self.unavailable, log: "reached maximum value", undo: "ALTER SEQUENCE users_id_seq NO MAXVALUE"),
      Case(
        change:
          "ALTER TABLE users ADD active boolean NOT NULL DEFAULT true; ALTER TABLE users ALTER active DROP DEFAULT",
        request: Self.create, answer: Self.unavailable, log: "column=active", undo: "ALTER TABLE users DROP active"),
    ])
  }

  @Test func `lengths, domains and types`() async throws {
    let long = String(repeating: "x", count: 51)
    let tooLong =
      #"422 {"detail":[{"type":"string_too_long","loc":["body","name"],"msg":"String should have at most 50 characters","input":"\#(long)","ctx":{"max_length":50}}]}"#
    try await check([
      Case(
        change: "ALTER TABLE users ALTER name TYPE varchar(50)",
        request: ("POST", "/users/", #"{"email":"new@b.co","name":"\#(long)"}"#), answer: tooLong),
      Case(change: "", request: ("PATCH", "/users/1", #"{"name":"\#(long)"}"#), answer: tooLong),
      Case(
        change: "CREATE DOMAIN title AS varchar(50) CHECK (VALUE <> 'no'); ALTER TABLE users ALTER name TYPE title",
        request: ("PATCH", "/users/1", #"{"name":"\#(long)"}"#), answer: tooLong),
      Case(
        change: "", request: ("PATCH", "/users/1", #"{"name":"no"}"#),
        answer: #"422 {"detail":[{"type":"value_error","loc":["body","name"]"#, log: "title_check"),
      Case(
        change: "ALTER TABLE users ALTER name TYPE text; CREATE INDEX by_name ON users (name)",
        request: ("PATCH", "/users/1", #"{"name":"\#(Self.noise(9000))"}"#),
        answer:
          #"422 {"detail":[{"type":"value_error","loc":["body","name"],"msg":"Value error, the value is too long"#,
        log: "54000"),
      Case(
        change: "ALTER TABLE users ALTER id TYPE bigint", request: Self.rename, answer: #"200 {"email":"taken@b.co","#
      ),
      Case(
        change: "ALTER SEQUENCE users_id_seq AS bigint RESTART 3000000000", request: Self.create,
        answer: #"200 {"email":"new@b.co","name":"New","id":3000000000,"#),
      Case(
        change: "ALTER TABLE users ALTER created_at DROP NOT NULL; UPDATE users SET created_at = NULL WHERE id = 1",
        request: Self.rename, answer: #"200 {"email":"taken@b.co","name":"Renamed","id":1,"created_at":null}"#),
      Case(change: "", request: ("GET", "/users/?limit=1", ""), answer: #"200 [{"email":"taken@b.co","#),
      Case(
        change: "UPDATE users SET created_at = 'infinity' WHERE id = 2", request: ("GET", "/users/2", ""),
        answer: #"200 {"email":"other@b.co""#),
      Case(
        change: "ALTER TABLE users ALTER name TYPE jsonb USING to_json(name)::jsonb",
        request: ("GET", "/users/1", ""), answer: Self.unavailable),
    ])
  }

  @Test func `triggers, rules and row-level security`() async throws {
    let function = """
      CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN %BODY% END $$;
      CREATE OR REPLACE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION refuse();
      """
    func trigger(_ body: String) -> String {
      let parts = function.split(separator: "%BODY%", maxSplits: 1)
      return parts.joined(separator: body)
    }
    try await check([
      Case(change: trigger("RAISE EXCEPTION 'secret %', NEW.email;"), request: Self.create, answer: Self.rule),
      Case(
        change: trigger("RAISE EXCEPTION 'no' USING ERRCODE = '45000';"), request: ("DELETE", "/users/1", ""),
        answer: Self.rule),
      Case(
        change: trigger("RAISE unique_violation USING CONSTRAINT = 'x';"), request: Self.create,
        answer: Self.conflict),
      Case(change: trigger("RAISE EXCEPTION USING ERRCODE = '40003';"), request: Self.create, answer: "504 "),
      Case(change: trigger("RAISE EXCEPTION USING ERRCODE = '08006';"), request: Self.rename, answer: "504 "),
      Case(change: trigger("RAISE EXCEPTION USING ERRCODE = '57P01';"), request: Self.rename, answer: "504 "),
      Case(
        change: trigger("RAISE EXCEPTION USING ERRCODE = '53400';"), request: Self.create, answer: Self.unavailable),
      Case(change: trigger("PERFORM no_such_function();"), request: Self.create, answer: Self.unavailable),
      Case(change: trigger("PERFORM 1 / 0;"), request: Self.create, answer: Self.unavailable),
      Case(
        change: trigger("PERFORM NEW.name::int;"), request: Self.create,
        answer: #"422 {"detail":[{"type":"value_error","loc":["body"],"#),
      Case(change: trigger("RETURN NULL;"), request: Self.create, answer: Self.rule),
      Case(change: "", request: Self.rename, answer: Self.rule),
      Case(change: "", request: ("DELETE", "/users/1", ""), answer: Self.rule),
      Case(change: "", request: ("DELETE", "/users/77", ""), answer: #"404 {"detail":"User not found"}"#),
      Case(
        change: trigger("RETURN NEW;")
          + "CREATE TABLE mails (email text UNIQUE); INSERT INTO mails VALUES ('new@b.co');"
          + trigger("INSERT INTO mails VALUES (NEW.email); RETURN NEW;"), request: Self.create, answer: Self.conflict,
        log: "mails_email_key", undo: "DROP TRIGGER refuse ON users"),
      Case(
        change: "CREATE TRIGGER watch BEFORE UPDATE OF email ON users FOR EACH ROW EXECUTE FUNCTION no_email();"
          .replacing("no_email", with: "refuse"), request: Self.rename, answer: "200 "),
      Case(change: "", request: ("PATCH", "/users/1", "{}"), answer: "200 "),
    ])
  }

  @Test func `an encoding without a character`() async throws {
    try await check(
      [
        Case(
          change: "", request: ("POST", "/users/", #"{"email":"new@b.co","name":"a😀b"}"#),
          answer:
            #"422 {"detail":[{"type":"value_error","loc":["body","name"],"msg":"Value error, the database's encoding"#
        ),
        Case(change: "", request: ("POST", "/users/", #"{"email":"new@b.co","name":"é"}"#), answer: "200 "),
      ], in: try await PostgreSQLCluster.shared().makeDatabase("-E", "LATIN1", "-T", "template0", "--locale", "C"))
  }

  /// Letters that PostgreSQL cannot compress below the limit of an index.
  private static func noise(_ count: Int) -> String {
    var generator = Xorshift(seed: 7)
    return String((0..<count).map { _ in Character(Unicode.Scalar(UInt8(97 + generator.next() % 26))) })
  }
}
