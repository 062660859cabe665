import APITesting
import EventLoop
import PostgreSQL
import Resources
import TestSupport
import Testing
import Users
import WebAPI

/// The reference's recorded answers, without the reference: `make conformance` asks it itself.
struct CorpusTests {
  /// Our answers to the whole corpus, in its order, on a new database.
  private static let answers = Task {
    try await withTestPool { pool in
      _ = try await pool.prepare(for: [Users()], SchemaScript(contents(of: schema), name: "schema.sql"))
      let api = API(title: "Roster", version: "1", Users().operations(Depends { pool.session() }))
      var answers: [Int: Answer] = [:]
      for exchange in Exchange.all {
        answers[exchange.number] = Answer(await api.respond(to: exchange.request), to: exchange.request)
      }
      return answers
    }
  }

  /// The path of the program's schema.sql.
  private static let schema = #filePath.replacing("Tests/ConformanceTests/CorpusTests.swift", with: "schema.sql")

  @Test(arguments: Exchange.all)
  func `the answer is the reference's`(_ exchange: Exchange) async throws {
    let answers = try await Self.answers.value
    #expect(answers[exchange.number] == exchange.answer)
  }

  @Test func `no pair is lost in reading`() {
    #expect(Exchange.all.count >= 3000)
    #expect(Exchange.all.last?.number == Exchange.all.count)
  }
}
