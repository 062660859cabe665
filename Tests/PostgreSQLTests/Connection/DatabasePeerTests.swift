import TestSupport
import Testing

@testable import PostgreSQL

@Suite(.ownThread) struct DatabasePeerTests {
  @Test func `it says where a connection leads, and by which way`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let name = try cluster.makeDatabase()
    let place = "port \(cluster.port), database \(name), user postgres"
    for (url, expected) in [
      (cluster.url(name), " at host \(cluster.folder), \(place), a Unix socket"),
      (cluster.urlOverTCP(name), " at host localhost, \(place), no TLS"),
    ] {
      let said = try await withPool(at: url) { pool in
        await wait { pool.peer != nil }
        return pool.peer.map { "\($0)" } ?? ""
      }
      #expect(said.hasPrefix("PostgreSQL 1") && said.hasSuffix(expected))
    }
  }

  @Test func `a pooler that stands between is found out`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let name = try cluster.makeDatabase()
    let pooler = try PgBouncer(before: cluster, mode: "session")
    let said = try await withPool(at: pooler.url(name)) { pool in
      await wait { pool.peer != nil }
      return pool.peer.map { "\($0)" } ?? ""
    }
    #expect(said.hasSuffix("a Unix socket, through a pooler"))
  }
}
