import TestSupport
import Testing

@testable import PostgreSQL

struct SessionSettingsTests {
  private func shown(_ pool: Pool) async throws -> [String?] {
    let session = pool.session()
    return [
      try await session.value("SELECT current_setting('statement_timeout')", as: String.self),
      try await session.value("SELECT current_setting('plan_cache_mode')", as: String.self),
    ]
  }

  @Test func `each session is told how long a statement may take, and how to plan`() async throws {
    try await withPool({ configuration, _ in
      (configuration.statementTimeout, configuration.usesGenericPlans) = (.seconds(10), true)
    }) { pool in
      let shown = try await self.shown(pool)
      #expect(shown == ["9500ms", "force_generic_plan"])
    }
  }

  @Test func `what the URL's options say comes before that, what the role is given does not`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let name = try cluster.makeDatabase()
    try cluster.run("psql", "-d", name, "-c", "ALTER DATABASE \(name) SET statement_timeout = '3s'")
    let change: @Sendable (inout DatabaseConfiguration, inout PoolOptions) -> Void = { configuration, _ in
      (configuration.statementTimeout, configuration.usesGenericPlans) = (.seconds(10), true)
    }
    let url = cluster.url(name)
    try await withPool(at: url, change) { pool in
      let shown = try await self.shown(pool)
      #expect(shown == ["9500ms", "force_generic_plan"])
    }
    let options = "&options=-c%20statement_timeout%3D7s%20-c%20plan_cache_mode%3Dauto"
    try await withPool(at: url + options, change) { pool in
      let shown = try await self.shown(pool)
      #expect(shown == ["7s", "auto"])
    }
  }

  @Test func `without a limit none is set`() async throws {
    try await withPool({ configuration, _ in configuration.statementTimeout = .zero }) { pool in
      let shown = try await self.shown(pool)
      #expect(shown == ["0", "auto"])
    }
  }
}
