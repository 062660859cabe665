import Testing

@testable import PostgreSQL

struct ConnectionParametersTests {
  private func value(_ name: String, _ url: String) throws -> String? {
    try DatabaseConfiguration(url: url).keywords.first { $0.name == name }?.value
  }

  @Test(arguments: [
    ("ssl=require", "require"), ("ssl=true", "require"), ("ssl=1", "require"), ("ssl=disable", "disable"),
    ("ssl=false", "disable"), ("ssl=prefer", "prefer"), ("ssl=allow", "prefer"), ("ssl=verify-ca", "verify-ca"),
    ("ssl=verify-full", "verify-full"), ("ssl=verify_full", "verify-full"), ("sslmode=verify-full", "verify-full"),
    ("ssl=true&sslmode=verify-full", "verify-full"), ("sslmode=disable&ssl=require", "require"),
    ("ssl=disable&sslmode=require", "require"), ("requiressl=1", "require"), ("requiressl=0", "prefer"),
  ])
  func `ssl is sslmode, and the stronger of two counts`(_ parameters: String, _ mode: String) throws {
    #expect(try value("sslmode", "postgresql+asyncpg://h/d?\(parameters)") == mode)
  }

  @Test(arguments: [
    "ssl=maybe", "ssl=requires", "sslmode=requires", "sslmode=true", "pgbouncer=perhaps", "timeout=soon",
  ])
  func `a value that is not understood is refused and named`(_ parameter: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try DatabaseConfiguration(url: "postgresql://h/d?\(parameter)")
    }
    #expect(error.description.contains(parameter.split(separator: "=")[1]))
    #expect(error.description.contains(parameter.split(separator: "=")[0]))
  }

  @Test func `what only tells a driver how to go about something is told to have no effect`() throws {
    let configuration = try DatabaseConfiguration(
      url:
        "postgresql+asyncpg://h/d?prepared_statement_cache_size=500&async_fallback=true&pool_size=5&command_timeout=60"
        + "&max_cached_statement_lifetime=300")
    #expect(
      configuration.ignoredParameters == [
        "prepared_statement_cache_size", "async_fallback", "pool_size", "command_timeout",
        "max_cached_statement_lifetime",
      ])
    #expect(configuration.preparesStatements)
  }

  @Test(arguments: [
    "prepared_statement_cache_size=0", "statement_cache_size=0", "pgbouncer=true", "prepared_statements=false",
  ])
  func `who wants no prepared statements gets none`(_ parameter: String) throws {
    #expect(try !DatabaseConfiguration(url: "postgresql://h/d?\(parameter)").preparesStatements)
  }

  @Test(arguments: [("timeout=7", 7), ("timeout=2.5", 3), ("connect_timeout=7", 7), ("connect_timeout=1", 2)])
  func `asyncpg's timeout is libpq's connect_timeout`(_ parameter: String, _ seconds: Int) throws {
    #expect(try DatabaseConfiguration(url: "postgresql://h/d?\(parameter)").connectTimeout == .seconds(seconds))
  }
}
