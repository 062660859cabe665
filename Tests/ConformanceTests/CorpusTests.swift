import EventLoop
import Logging
import PostgreSQL
import TestSupport
import Testing
import Users
import WebAPI

/// The reference's recorded answers, without the reference: `make conformance` asks it itself.
struct CorpusTests {
  /// Our answers to the whole corpus, in its order, on a new database.
  private static let answers = Task {
    let cluster = try await PostgreSQLCluster.shared()
    let database = try cluster.makeDatabase()
    try cluster.run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", schema, database)
    var configuration = try DatabaseConfiguration(url: cluster.url(database))
    configuration.statementTimeout = .seconds(60)
    return try await onLoop { [configuration] in
      var options = PoolOptions()
      // Not to be met by chance, on a machine that has much else to do.
      (options.timeout, options.busyTimeout) = (.seconds(60), .seconds(60))
      let pool = Pool(configuration, options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      pool.start()
      let api = API(title: "Roster", version: "1", Users().operations(Depends { pool.session() }))
      var answers: [Int: Answer] = [:]
      for exchange in Exchange.all {
        answers[exchange.number] = Answer(await api.respond(to: exchange.request), to: exchange.request)
      }
      await pool.close()
      return answers
    }
  }

  /// The text of the program's schema.sql.
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
