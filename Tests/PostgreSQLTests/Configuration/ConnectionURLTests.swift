import Testing

@testable import PostgreSQL

struct ConnectionURLTests {
  /// What SQLAlchemy's make_url and create_connect_args of its dialect make of the same text (2.1.9); but for the last, where
  /// it takes a port for a password and a parameter for its end.
  @Test(arguments: [
    (
      "postgresql+asyncpg://ann:secret@db.example:5433/app",
      "user=ann password=secret dbname=app host=db.example port=5433"
    ),
    ("postgresql+psycopg2://ann@db.example/app", "user=ann dbname=app host=db.example"),
    ("postgresql+psycopg2cffi://ann@db.example/app", "user=ann dbname=app host=db.example"),
    ("postgresql+psycopg_async://db.example", "host=db.example"),
    ("postgresql+pg8000://db.example/a%20b", "dbname=a b host=db.example"),
    ("postgresql+aurora_data_api://db.example/app", "dbname=app host=db.example"),
    ("POSTGRESQL://db.example/app", "dbname=app host=db.example"),
    ("PostgreSQL+AsyncPG://db.example/app", "dbname=app host=db.example"),
    ("Postgres://db.example/app", "dbname=app host=db.example"),
    ("postgresql+asyncpg://ann:1/se:cr?et@host/app", "user=ann password=1/se:cr?et dbname=app host=host"),
    ("postgresql+asyncpg://ann:50%25%40%3a+%2F@host/app", "user=ann password=50%@:+/ dbname=app host=host"),
    ("postgresql+asyncpg://ann:p@[::1]:5433/app", "user=ann password=p dbname=app host=::1 port=5433"),
    ("postgresql+psycopg2://ann:p@/app?host=a:1&host=b:2", "user=ann password=p dbname=app host=a,b port=1,2"),
    ("postgresql+psycopg2://ann@/app?host=a&host=b", "user=ann dbname=app host=a,b"),
    ("postgresql+psycopg://ann@/app?host=a,b&port=1,2", "user=ann dbname=app host=a,b port=1,2"),
    ("postgresql+psycopg://ann@/app?host=db.example:5433", "user=ann dbname=app host=db.example port=5433"),
    ("postgresql+psycopg2://ann:p@/app?host=/run/postgresql", "user=ann password=p dbname=app host=/run/postgresql"),
    ("postgresql+psycopg2://ann@other:1/app?host=db.example&port=2", "user=ann dbname=app host=db.example port=2"),
    ("postgresql+asyncpg://?user=ann&database=app&host=db.example", "user=ann dbname=app host=db.example"),
    ("postgresql+psycopg://h/d?options=-c+search_path%3Dapp", "dbname=d host=h options=-c search_path=app"),
    (
      "postgresql+psycopg://h/d?options=-csearch_path=app&application_name=",
      "dbname=d host=h options=-csearch_path=app"
    ),
    ("postgresql+psycopg://h:5432/d?application_name=a@b", "dbname=d host=h port=5432 application_name=a@b"),
  ])
  func `a URL of SQLAlchemy's means what SQLAlchemy makes of it`(_ url: String, _ expected: String) throws {
    #expect(try described(url) == described(keywords: expected))
  }

  /// What `psql URL` connects to.
  @Test(arguments: [
    ("postgresql://", ""), ("postgresql:///app", "dbname=app"), ("postgresql://ann@", "user=ann"),
    ("postgresql://a:1,b:2/d", "dbname=d host=a,b port=1,2"), ("postgresql://a,b:2/d", "dbname=d host=a,b port=,2"),
    ("postgresql://[::1],[fe80::1%25eth0]:2/d", "dbname=d host=::1,fe80::1%eth0 port=,2"),
    ("postgresql://%2Frun%2Fpostgresql/d", "dbname=d host=/run/postgresql"),
    ("postgresql://:5433/d", "dbname=d port=5433"),
    ("postgresql://h/d?application_name=a+b", "dbname=d host=h application_name=a+b"),
    ("postgresql://h/d?host=other&user=ann", "user=ann dbname=d host=other"),
    ("postgresql://ann:a:b?c@h/d", "user=ann password=a:b?c dbname=d host=h"),
    ("postgresql://h:5432/d?user=ann@example", "user=ann@example dbname=d host=h port=5432"),
    ("postgresql://h/d@x", "dbname=d@x host=h"), (" postgresql://h/d\n", "dbname=d host=h"),
    ("postgresql://h/d?target_session_attrs=read-write&", "dbname=d host=h target_session_attrs=read-write"),
  ])
  func `a URL without a driver means what libpq makes of it`(_ url: String, _ expected: String) throws {
    #expect(try described(url) == described(keywords: expected))
  }

  @Test(arguments: [
    ("mysql://ann:secret@h/d", "\"mysql://\" is not understood; write postgresql://"),
    ("jdbc:postgresql://h/d?user=ann&password=secret", "\"jdbc:postgresql://\" is not understood"),
    ("postgis://ann:secret@h/d", "\"postgis://\""), ("sqlite:///./secret.db", "\"sqlite://\""),
    ("ann:secret://h", "what stands before ://"),
    ("postgresql://h/d?frobnicate=secret", "the parameter \"frobnicate\" is not understood"),
    ("postgresql://h/d?schema=secret", "options=-c%20search_path%3DNAME instead"),
    ("postgresql+asyncpg://h/d?server_settings=secret", "options=-c%20NAME%3DVALUE instead"),
    ("postgresql://h/d?sslmode", "the parameter \"sslmode\" has no value"),
    ("postgresql://ann:1/2?secret=3@h/d?x=y", "have to be written"),
    ("postgresql://ann:p@ss?secret=x@h/d", "a parameter behind the ? is not understood"),
    ("postgresql://ann:p@ss/secret@h/d", "%2F or %40"),
    ("postgresql://h/d?ssl=secret%", "a % that no two digits follow"),
    ("postgresql://ann:%zzsecret@h/d", "the password has a %"), ("postgresql://ann:secret%E9@h/d", "not in UTF-8"),
    ("postgresql://ann:%00secret@h/d", "the password"), ("postgresql://::1:secret/d", "no port"),
    ("postgresql://[::1]secret/d", "no port"), ("postgresql:secret", "neither postgresql://"),
    ("Host=h;Username=ann;Password=secret", "pairs KEY=VALUE"), ("\"postgresql://ann:secret@h/d\"", "neither"),
    ("host=h password=x secret=y", "single quotes"), ("host=h password=x secret", "single quotes"),
    ("host=h ssl=require", "invalid connection option \"ssl\""), ("host=h frobnicate=1 password=x", "\"frobnicate\""),
  ])
  func `what is not understood is named, secrets apart`(_ url: String, _ message: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try DatabaseConfiguration(url: url) }
    #expect(error.description.contains(message))
    #expect(!error.description.contains("secret"))
  }

  private func described(_ url: String) throws -> [String] {
    try DatabaseConfiguration(url: url).keywords.map { "\($0.name)=\($0.value)" }.sorted()
  }

  /// "name=value name=value"; a part without = belongs to the value before.
  private func described(keywords: String) -> [String] {
    var list: [String] = []
    for part in keywords.split(separator: " ").map(String.init) {
      if part.hasPrefix("search_path") || !part.contains("=") {
        list[list.count - 1] += " \(part)"
      } else {
        list.append(part)
      }
    }
    return list.sorted()
  }
}
