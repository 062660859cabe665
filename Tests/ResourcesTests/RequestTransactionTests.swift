import APITesting
import EventLoop
import PostgreSQL
import Resources
import Testing
import WebAPI

struct RequestTransactionTests {
  private struct Note: Schema, Row {
    let id: Int32
    let text: String

    static let schema = ObjectSchema<Note>(
      "Note", Note.init, Field("id", \.id, .integer), Field("text", \.text, .string))
    static let decoder = RowDecoder(Note.init, Column("id", \.id), Column("text", \.text))
  }

  /// Runs `body` with an API on a new database. Of two notes of one id, which COMMIT finds out, it makes a 409.
  private func withAPI(_ body: @escaping @LoopActor @Sendable (API, Pool) async throws -> Void) async throws {
    try await withTestPool { pool in
      try await pool.withSession { session in
        _ = try await session.execute(
          "CREATE TABLE notes (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED, text text NOT NULL)")
      }
      try await body(Self.api(pool), pool)
    }
  }

  private static func api(_ pool: Pool) -> API {
    let transaction = Depends.transaction(Depends<Session>(ready: { pool.session() }))
    let first = Depends(Inputs(Body<Note>(), transaction)) { note, session in
      try await session.execute("INSERT INTO notes VALUES (\(note.id), \(note.text))")
      return note
    }
    return API(
      title: "Notes", version: "1",
      [
        Operation(.post, "/notes/", "create_note", Inputs(first, transaction), returns: Note.self) { note, session in
          if note.text == "refuse" { throw HTTPError(404, "No") }
          if note.text == "fail" { _ = try await session.execute("SELECT 1 / 0") }
          let inserted: Note? = try await session.first("SELECT id, text FROM notes WHERE id = \(note.id) LIMIT 1")
          guard let inserted else { throw HTTPError(500, "it is in another transaction") }
          return inserted
        },
        Operation(.get, "/notes/", "read_notes", Inputs(transaction), returns: ArrayStream<Note>.self) { session in
          ArrayStream { notes in
            for note in try await session.all("SELECT id, text FROM notes ORDER BY id", as: Note.self) {
              notes.append(note)
            }
            return false
          }
        },
      ],
      translate: { error, _ in
        guard case DatabaseError.server(let error) = error else { return nil }
        return Response(status: error.sqlState == .uniqueViolation ? 409 : 418)
      })
  }

  @LoopActor private static func post(_ api: API, _ id: Int, _ text: String) async -> Int {
    let body = Array(#"{"id":\#(id),"text":"\#(text)"}"#.utf8)
    return await api.respond(
      to: Request(method: "POST", target: "/notes/", contentType: "application/json", body: body)
    ).status
  }

  @LoopActor private static func notes(_ pool: Pool) async throws -> [String] {
    try await pool.session().all("SELECT id, text FROM notes ORDER BY id, text", as: Note.self).map {
      "\($0.id) \($0.text)"
    }
  }

  @Test func `what a request has written is committed when its answer is there, and by nobody else before`()
    async throws
  {
    try await withAPI { api, pool in
      #expect(await Self.post(api, 1, "one") == 200)
      let notes = try await Self.notes(pool)
      #expect(notes == ["1 one"])
      #expect(
        String(decoding: await api.respond(to: Request(method: "GET", target: "/notes/")).body, as: UTF8.self)
          == #"[{"id":1,"text":"one"}]"#)
    }
  }

  @Test func `what a request has written is gone where it is refused or fails`() async throws {
    try await withAPI { api, pool in
      #expect(await Self.post(api, 1, "refuse") == 404)
      #expect(await Self.post(api, 2, "fail") == 418)
      let notes = try await Self.notes(pool)
      #expect(notes.isEmpty)
    }
  }

  @Test func `a COMMIT that fails is the answer`() async throws {
    try await withAPI { api, pool in
      #expect(await Self.post(api, 1, "one") == 200)
      #expect(await Self.post(api, 1, "again") == 409)
      let notes = try await Self.notes(pool)
      #expect(notes == ["1 one"])
    }
  }

  @Test func `more requests than connections, each with its transaction, lose nothing`() async throws {
    try await withAPI { api, pool in
      let requests = (1...100).map { id in
        Task { @LoopActor in await Self.post(api, id, id.isMultiple(of: 2) ? "one" : "refuse") }
      }
      var statuses: [Int: Int] = [:]
      for request in requests { statuses[await request.value, default: 0] += 1 }
      #expect(statuses == [200: 50, 404: 50])
      let notes = try await Self.notes(pool)
      #expect(notes.count == 50)
    }
  }

  @Test func `a transaction within one, and the end of none, are mistakes that are told`() async throws {
    try await withAPI { _, pool in
      let transaction = try pool.session().begin()
      #expect(throws: DatabaseError.self) { try transaction.begin() }
      transaction.rollBack()
      await #expect(throws: DatabaseError.self) { try await pool.session().commit() }
    }
  }
}
