import EventLoop
import Logging
import TestSupport
import Testing

@testable import PostgreSQL

struct DeclarationsTests {
  @Test func `nothing is told before something was declared`() {
    var declarations = Declarations()
    func lacks(_ text: String) -> Bool { declarations.lacks(text) }
    #expect(!lacks("SELECT 2"))
    declarations.declare([])
    #expect(lacks("SELECT 2"))
  }

  @Test func `what is declared is not told, what is not is told once, and so many at most`() {
    var declarations = Declarations()
    func lacks(_ text: String) -> Bool { declarations.lacks(text) }
    declarations.declare([DeclaredStatement("one", "SELECT \(1)")])
    #expect(!lacks("SELECT $1"))
    #expect(lacks("SELECT 2"))
    #expect(!lacks("SELECT 2"))
    declarations.declare([DeclaredStatement("three", "SELECT 3")])
    #expect(!lacks("SELECT 3") && !lacks("SELECT 2"))
    let told = (0..<100).filter { lacks("SELECT 'number \($0)'") }
    #expect(told.count == Declarations.most - 1)
  }

  @Test
  func `a statement that is run but not declared is in the log, once; lookups and the library's own are declared`()
    async throws
  {
    let lines = Lines()
    try await withPool { pool in
      let telling = Pool(pool.configuration, pool.options, logger: Logger(label: "told") { _ in lines })
      telling.start()
      let session = telling.session()
      try await session.execute("CREATE TABLE people (id int NOT NULL, name text NOT NULL, age int)")
      let byID = Lookup<Int32, Person>("id") { "SELECT \(Person.columns) FROM people WHERE id = ANY(\($0))" }
      _ = try await telling.check([DeclaredStatement("find", byID), DeclaredStatement("count", "SELECT \(1)")])
      for number in 1...3 {
        _ = try await session.find(Int32(number), by: byID)
        try await session.execute("SELECT \(number)")
        try await session.execute("DELETE FROM people WHERE id = \(number)")
      }
      try await session.transaction { session in
        try await session.transaction { _ = try await $0.lengthLimits(of: "people") }
      }
      await telling.close()
    }
    let told = lines.all.filter { $0.hasPrefix("not declared") }
    #expect(told == ["not declared, so not checked at start: DELETE FROM people WHERE id = $1"])
  }
}
