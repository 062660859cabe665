internal import EventLoop
internal import PostgreSQL

/// Statements and rows.
@LoopActor func databaseBenchmarks() throws -> [Benchmark] {
  [
    lookUp("statement-read"),
    try decode("rows-1", Array(User.samples.prefix(1))),
    try decode("rows-100", User.samples),
  ]
}

/// A statement is written with its values, and found among the prepared ones.
@LoopActor private func lookUp(_ name: String) -> Benchmark {
  var cache = StatementCache(areNamed: true)
  return Benchmark(name) { cache.statement(for: statement(4711)).0.text.utf8.count }
}

private func statement(_ id: Int32) -> SQL {
  "SELECT \(User.columns) FROM users WHERE id = \(id)"
}

/// Freeing the result is part of it, making it is not: libpq does that.
private func decode(_ name: String, _ users: [User]) throws -> Benchmark {
  let rows = try UserRows(users)
  return Benchmark(name) {
    let result = try rows.copy()
    return {
      var reader = RowReader(QueryResult(owning: result))
      return try reader.allModels(User.decoder).count
    }
  }
}
