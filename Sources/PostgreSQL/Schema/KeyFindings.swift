extension UsedTable {
  /// What shall be unique and is not, and what is unique beside.
  var keyFindings: [Finding] {
    let keys = script.keys.filter { $0.table == use.table }
    return keys.compactMap(finding(for:)) + otherIndexes(than: keys)
  }

  private func finding(for key: UniqueKey) -> Finding? {
    // Fewer columns that are unique make more columns unique as well.
    let whole = indexes.filter { $0.isUnique && !$0.isPartial && Set($0.columns).isSubset(of: key.columns) }
    if whole.contains(where: \.isValid) { return nil }
    let list = key.columns.map { column($0)?.sqlName ?? $0 }.joined(separator: ", ")
    if let broken = whole.first { return invalid(broken, list) }
    if let choice = indexes.first(where: { $0.isUnique && $0.isValid && concerns($0, key) }) {
      return Finding(
        .note, table.sqlName, "of (\(list)) only this is unique: \(choice.definition)",
        so: "rows that differ for that index may have the same (\(list))")
    }
    return Finding(
      .warning, table.sqlName, "it has no unique index on (\(list))",
      so: "nothing keeps two rows from having the same", remedy: creation(of: key, list))
  }

  /// Whether the index is a choice of its owner's about this key: of some rows, of an expression, or with more columns.
  private func concerns(_ index: Catalog.Index, _ key: UniqueKey) -> Bool {
    let names = Set(SQLTokens(index.definition).drop { !$0.isWord("using") }.compactMap(\.name))
    return names.isSuperset(of: key.columns)
  }

  private func invalid(_ index: Catalog.Index, _ list: String) -> Finding {
    Finding(
      .warning, table.sqlName,
      "its unique index \(index.sqlName) on (\(list)) is not valid: its build has failed, or goes on",
      so: "nothing is known about the rows that were there before it",
      remedy: [duplicates(list), "REINDEX INDEX CONCURRENTLY \(index.sqlName)"])
  }

  private func creation(of key: UniqueKey, _ list: String) -> [String] {
    let taken = Set(indexes.map(\.name))
    let candidates = [key.index, "\(use.table.name)_\(key.columns.joined(separator: "_"))_key"].compactMap { $0 }
    let name = candidates.first { !taken.contains($0) }.map(\.quotedName) ?? ""
    let isPartitioned = table.kind == "p"
    let concurrently = isPartitioned ? "" : "CONCURRENTLY "
    return ["-- first those that are there more than once:", duplicates(list)]
      + (isPartitioned
        ? ["-- this takes the columns by which the table is partitioned as well, and stops writes:"] : [])
      + ["CREATE UNIQUE INDEX \(concurrently)\(name)\(name.isEmpty ? "" : " ")ON \(table.sqlName) (\(list))"]
  }

  private func duplicates(_ list: String) -> String {
    "SELECT \(list), count(*) FROM \(table.sqlName) GROUP BY \(list) HAVING count(*) > 1"
  }

  /// Unique indexes on what the program writes, which the script does not have.
  private func otherIndexes(than keys: [UniqueKey]) -> [Finding] {
    indexes.filter { index in
      index.isUnique && !use.written.isDisjoint(with: index.columns)
        && !keys.contains {
          Set($0.columns).isSubset(of: index.columns) || Set(index.columns).isSubset(of: $0.columns)
        }
    }.map { index in
      Finding(
        .note, table.sqlName, "it has a unique index of its own: \(index.definition)",
        so: "a write that violates it is answered with 409")
    }
  }
}

extension String {
  /// As a name in SQL, in quotes where it is no plain one.
  var quotedName: String {
    let isPlain = utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    if isPlain, let first = utf8.first, !(0x30...0x39).contains(first) { return self }
    return "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
