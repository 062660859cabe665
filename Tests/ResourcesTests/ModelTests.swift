import APITesting
import PostgreSQL
import Resources
import Testing
import WebAPI

private struct Book: Model {
  let id: Int32
  let title: String
  let pages: Int64?

  static let model = Definition(
    "Book", Book.init, Attribute("id", \.id), Attribute("title", \.title, "upper(title)"), Attribute("pages", \.pages)
  )
}

/// Of one type, in another order than the struct's.
private struct Swapped: Model {
  let title: String
  let author: String

  static let model = Definition("Swapped", Swapped.init, Attribute("author", \.author), Attribute("title", \.title))
}

private struct Books: Resource {
  private let select = Declared(returns: Book.self) { (id: Int32) in
    "SELECT \(Book.columns) FROM books WHERE id = \(id)"
  }
  private let delete = Declared { (id: Int32, title: String) in
    "DELETE FROM books WHERE id = \(id) AND title = \(title)"
  }

  func operations(_ session: Depends<Session>) -> [Operation] {
    Operation(.get, "/books/{id}", "read_book", Inputs(Path<Int32>("id"), session), returns: Book.self) {
      id, session in
      try await session.first(select(id), else: HTTPError(404, "No such book"))
    }
    Operation(
      .delete, "/books/{id}/{title}", "delete_book", Inputs(Path<Int32>("id"), Path<String>("title"), session),
      returns: NoContent.self, status: 204
    ) { id, title, session in
      try await session.execute(delete(id, title), else: HTTPError(404, "No such book"))
      return NoContent()
    }
  }
}

private struct Unnamed: Resource {
  func operations(_: Depends<Session>) -> [Operation] {
    Operation(.get, "/", "read", Inputs(), returns: [Swapped].self) { _ in [] }
  }
}

struct ModelTests {
  private static let schema = """
    CREATE TABLE books (id integer PRIMARY KEY, title text NOT NULL, pages bigint);
    INSERT INTO books VALUES (1, 'a', NULL), (2, 'b', 9)
    """

  @Test func `a model is read from its columns and written as its fields, and is missed`() async throws {
    try await withAPI(schema: Self.schema, Books()) { api in
      #expect(await api.get("/books/1").description == #"200 {"id":1,"title":"A","pages":null}"#)
      #expect(await api.get("/books/2").description == #"200 {"id":2,"title":"B","pages":9}"#)
      #expect(await api.get("/books/3").description == #"404 {"detail":"No such book"}"#)
    }
  }

  @Test func `a declared statement has the values that it is given`() async throws {
    try await withAPI(schema: Self.schema, Books()) { api in
      #expect(await api.delete("/books/2/a").status == 404)
      #expect(await api.delete("/books/2/b").status == 204)
    }
  }

  @Test func `what is declared is checked at the start`() async throws {
    await #expect(throws: (any Error).self) {
      try await withAPI(schema: "CREATE TABLE books (id integer, title text)", Books()) { _ in }
    }
  }

  @Test func `an attribute that would get another one's value is a problem`() {
    #expect(throws: (any Error).self) { try TestAPI(Unnamed()) }
  }
}
