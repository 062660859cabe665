extension UsedTable {
  /// Sequences that collide with rows, or end soon. Only of those that count upwards.
  var sequenceFindings: [Finding] {
    guard use.commands.contains(.insert) else { return [] }
    return sequences.filter { $0.increment > 0 && use.filled?.contains($0.column) == false }.flatMap { sequence in
      [behind(sequence), ending(sequence)].compactMap { $0 }
    }
  }

  /// nil: there is none.
  private func next(_ sequence: Catalog.Sequence) -> Int64? {
    guard let last = sequence.last else { return sequence.start }
    let (next, isBeyond) = last.addingReportingOverflow(sequence.increment)
    return isBeyond ? nil : next
  }

  private func behind(_ sequence: Catalog.Sequence) -> Finding? {
    guard let greatest = catalog.greatest[sequence.sqlName], let next = next(sequence), next <= greatest else {
      return nil
    }
    return Finding(
      .warning, "\(table.sqlName).\(sequence.sqlColumn)",
      "the next value of \(sequence.sqlName) is \(next), but there is a row with \(greatest)",
      so: "creates are answered with 409 until it has passed what is there",
      remedy: [
        "SELECT setval('\(sequence.sqlName.escaped)', (SELECT max(\(sequence.sqlColumn)) FROM \(table.sqlName)))"
      ])
  }

  private func ending(_ sequence: Catalog.Sequence) -> Finding? {
    let ofColumn = Self.greatest(of: sequence.columnType)
    let limit = min(sequence.maximum, ofColumn)
    let subject = "\(table.sqlName).\(sequence.sqlColumn)"
    if sequence.cycles {
      return Finding(
        .warning, subject, "\(sequence.sqlName) begins again at its end (CYCLE)",
        so: "creates are answered with 409 then",
        remedy: ["ALTER SEQUENCE \(sequence.sqlName) NO CYCLE"])
    }
    guard let next = next(sequence), next <= limit else {
      return Finding(
        .warning, subject, "\(sequence.sqlName) is at its end, \(limit)", so: "every create is answered with 503",
        remedy: widening(sequence, ofColumn))
    }
    if next > limit / 5 * 4 {
      return Finding(
        .warning, subject, "\(sequence.sqlName) is near its end: \(next) of \(limit)",
        so: "creates are answered with 503 after \((limit - next) / sequence.increment + 1) more",
        remedy: widening(sequence, ofColumn))
    }
    guard sequence.maximum > ofColumn else { return nil }
    return Finding(
      .note, subject,
      "\(sequence.sqlName) ends at \(sequence.maximum), but the column, \(sequence.columnType), at \(ofColumn)",
      remedy: ["ALTER SEQUENCE \(sequence.sqlName) MAXVALUE \(ofColumn)"])
  }

  private static func greatest(of type: String) -> Int64 {
    switch type {
    case "smallint": Int64(Int16.max)
    case "integer": Int64(Int32.max)
    default: .max
    }
  }

  /// What gives more values; more than an integer has, the API cannot ask for.
  private func widening(_ sequence: Catalog.Sequence, _ ofColumn: Int64) -> [String] {
    if sequence.maximum < ofColumn { return ["ALTER SEQUENCE \(sequence.sqlName) MAXVALUE \(ofColumn)"] }
    let wider = sequence.columnType == "smallint" ? "integer" : "bigint"
    let limit = Self.greatest(of: wider)
    return [
      "-- this rewrites the table, which nobody can use meanwhile:",
      "ALTER TABLE \(table.sqlName) ALTER COLUMN \(sequence.sqlColumn) TYPE \(wider)",
      "ALTER SEQUENCE \(sequence.sqlName) AS \(wider) MAXVALUE \(limit)",
    ]
  }
}
