import APITesting
import Resources
import Testing

private enum Kind: String, Enumeration, PostgreSQLValue { case poem, novel }

private struct Book: Model {
  let id: Int32
  let title: String
  let kind: Kind
  let note: String?
  let pages: Int32
  let version: Int64

  static let model = Definition(
    "Book", Book.init, Attribute("id", \.id), Attribute("title", \.title), Attribute("kind", \.kind),
    Attribute("note", \.note), Attribute("pages", \.pages), Attribute(hidden: "version", \.version))
}

private struct BookCreate: Schema {
  let title: String
  let kind: Kind
  let note: String?
  let pages: Int32

  static let schema = ObjectSchema<BookCreate>(
    "BookCreate", BookCreate.init, Field("title", \.title), Field("kind", \.kind),
    Field("note", \.note, default: nil), Field("pages", \.pages))
}

private struct Books: Resource {
  private let update = Declared(returns: Book.self) { (id: Int32, changes: Partial<BookCreate>) in
    "UPDATE books SET \(changes), version = version + 1 WHERE id = \(id) RETURNING \(Book.columns)"
  }

  func operations(_ session: Depends<Session>) -> [Operation] {
    Operation(
      .patch, "/books/{id}", "update_book", Inputs(Path<Int32>("id"), Body<Partial<BookCreate>>(), session),
      returns: Answer<Book>.self, headers: ["X-Version", "X-Title"]
    ) { id, changes, session in
      let book = try await session.first(update(id, changes), else: HTTPError(404, "No such book"))
      return Answer(book, headers: ["X-Version": "\(book.version)", "X-Title": changes[\.title]])
    }
  }
}

struct PartialSQLTests {
  /// Columns of other types than the values', as far as PostgreSQL takes those.
  private static let schema = """
    CREATE TABLE books (
      id integer PRIMARY KEY, title varchar(9) NOT NULL, kind text NOT NULL, note text, pages bigint NOT NULL,
      version bigint NOT NULL DEFAULT 1);
    ALTER TABLE books ALTER pages TYPE integer;
    INSERT INTO books VALUES (1, 'a', 'poem', 'n', 7)
    """

  @Test func `what was sent is stored, null as well, and the rest stays`() async throws {
    try await withAPI(schema: Self.schema, Books()) { api in
      let nothing = await api.patch("/books/1", "{}")
      #expect(nothing.description == #"200 {"id":1,"title":"a","kind":"poem","note":"n","pages":7}"#)
      #expect(nothing.header("X-Version") == "2" && nothing.header("X-Title") == nil)
      let some = await api.patch("/books/1", #"{"title": "b", "note": null, "kind": "novel"}"#)
      #expect(some.body == #"{"id":1,"title":"b","kind":"novel","note":null,"pages":7}"#)
      #expect(some.header("X-Title") == "b")
      #expect(await api.patch("/books/1", #"{"pages": 8, "note": "m"}"#).body.contains(#""note":"m","pages":8"#))
      #expect(await api.patch("/books/2", "{}").status == 404)
      #expect(await api.patch("/books/1", #"{"title": null, "pages": "x"}"#).status == 422)
    }
  }

  @Test func `a hidden attribute is read, and neither answered nor documented`() throws {
    let document = try TestAPI(Books()).document["components"]?["schemas"]?["Book"]
    #expect(document?["properties"]?["pages"] != nil && document?["properties"]?["version"] == nil)
    #expect(document?["required"] == ["id", "title", "kind", "note", "pages"])
  }

  @Test func `a column that is not there is found at start`() async throws {
    let error = await #expect(throws: SchemaMismatch.self) {
      try await withAPI(schema: Self.schema + "; ALTER TABLE books RENAME note TO remark", Books()) { _ in }
    }
    #expect(error.map { "\($0)".contains("Books.update") } == true)
  }

  private struct Pair: Schema {
    let first: Book
    static let schema = ObjectSchema<Pair>("Pair", Pair.init, Field("first", \.first))
  }

  @Test func `a field of a type that no column has is a name that no column has`() throws {
    let changes = try #require(Partial<Pair>.sample)
    let sql: SQL = "UPDATE pairs SET \(changes)"
    #expect(
      sql.text.hasPrefix(
        #"UPDATE pairs SET "first" = CASE WHEN $1 THEN "first, Book: none of PostgreSQL's types" ELSE"#))
  }
}
