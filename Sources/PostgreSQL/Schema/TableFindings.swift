/// A table as the program uses it, and as the catalogs have it.
struct UsedTable {
  let use: TableUse
  let table: Catalog.Table
  let catalog: Catalog
  let script: SchemaScript

  var columns: [Catalog.Attribute] { catalog.columns.filter { $0.table == table.oid } }
  var indexes: [Catalog.Index] { catalog.indexes.filter { $0.table == table.oid } }
  var constraints: [Catalog.Constraint] { catalog.constraints.filter { $0.table == table.oid } }
  var triggers: [Catalog.Trigger] { catalog.triggers.filter { $0.table == table.oid } }
  var sequences: [Catalog.Sequence] { catalog.sequences.filter { $0.table == table.oid } }

  func column(_ name: String) -> Catalog.Attribute? { columns.first { $0.name == name } }

  /// Everything that the program's statements will meet there.
  var findings: [Finding] {
    let own = table.isTable ? columnFindings + keyFindings + sequenceFindings + constraintFindings : []
    return kindFindings + own + triggerFindings
  }
}

extension Catalog {
  /// What the database itself, and the tables that the program uses, are like.
  func findings(for uses: [TableUse], in surroundings: Surroundings, script: SchemaScript) -> [Finding] {
    encodingFindings + surroundings.readOnlyFindings
      + uses.flatMap { use in
        guard let found = surroundings.table(use.table), let table = tables.first(where: { $0.oid == found.oid })
        else {
          return [Finding]()
        }
        return surroundings.hidden(by: found)
          + UsedTable(use: use, table: table, catalog: self, script: script).findings
      }
  }

  private var encodingFindings: [Finding] {
    let remedy = [
      "CREATE DATABASE new ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0", "-- then pg_dump, pg_restore",
    ]
    switch encoding {
    case "UTF8", "utf8": return []
    case "SQL_ASCII":
      return [
        Finding(
          .warning, "database", "its encoding is SQL_ASCII: it does not know what its bytes mean",
          so: "what other programs have stored in another encoding is given out with replacement characters",
          remedy: remedy)
      ]
    default:
      return [
        Finding(
          .warning, "database", "its encoding is \(encoding), not UTF8",
          so: "a text with a character that \(encoding) does not have, such as 😀, is answered with 422",
          remedy: remedy)
      ]
    }
  }
}

extension Surroundings {
  fileprivate var readOnlyFindings: [Finding] {
    guard place.isReadOnly else { return [] }
    return [
      Finding(
        .note, "database", "it may only be read: a standby, or default_transaction_read_only is on",
        so: "writes are answered with 503")
    ]
  }

  /// Tables of the same name that are not used.
  fileprivate func hidden(by table: FoundTable) -> [Finding] {
    tables.filter { $0.name == table.name && $0.oid != table.oid && $0.isOpen }.map { other in
      Finding(
        other.isOnPath ? .warning : .note, table.sqlName, "there is \(other.sqlName) as well, which is not used",
        so: "another search_path would lead there")
    }
  }
}

extension UsedTable {
  /// What comes from its being something else than a plain table.
  var kindFindings: [Finding] {
    func finding(_ severity: Finding.Severity, _ problem: String, so: String, remedy: [String] = []) -> [Finding] {
      [Finding(severity, table.sqlName, problem, so: so, remedy: remedy)]
    }
    var findings: [Finding] = []
    switch table.kind {
    case "p":
      findings += finding(
        .warning, "it is partitioned",
        so: "rows that no partition takes are refused, and a unique index has to contain "
          + "the columns by which it is partitioned")
    case "v":
      findings += finding(
        .note, "it is a view",
        so: "its columns, constraints and indexes are those of the tables below, which are not checked")
    case "m":
      findings += finding(
        .warning, "it is a materialized view", so: "it can be read only, and is as old as its last REFRESH")
    case "f":
      findings += finding(
        .warning, "it is a foreign table",
        so: "its constraints are the foreign server's, and a write is unknown (504) where that one does not answer")
    default: break
    }
    if table.hasChildren, table.kind == "r" {
      findings += finding(
        .warning, "other tables inherit from it",
        so: "their rows are found in it, and no unique index holds for all together",
        remedy: ["SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = '\(table.sqlName.escaped)'::regclass"])
    }
    if table.isUnlogged {
      findings += finding(
        .warning, "it is unlogged", so: "a crash of the server empties it, and standbys do not have it",
        remedy: ["ALTER TABLE \(table.sqlName) SET LOGGED"])
    }
    return findings + securityFindings
  }

  private var securityFindings: [Finding] {
    guard table.isFiltered else { return [] }
    let policies =
      table.policies == 0 ? "there is no policy, so it sees no row and may write none" : "its policies decide"
    return [
      Finding(
        .warning, table.sqlName, "row-level security applies to role \(table.role)",
        so: "\(policies): rows that they hide are answered with 404, writes that they refuse with 403",
        remedy: ["CREATE POLICY all_rows ON \(table.sqlName) TO \(table.role) USING (true) WITH CHECK (true)"])
    ]
  }

  /// Triggers and rules that can change what is written, or suppress it.
  var triggerFindings: [Finding] {
    triggers.filter { trigger in trigger.events.contains { event in use.commands.contains { $0.rawValue == event } } }
      .map { trigger in
        let events = trigger.events.joined(separator: ", ")
        guard trigger.isRule else {
          return Finding(
            .warning, table.sqlName,
            "trigger \(trigger.sqlName) comes \(trigger.isInstead ? "in place of" : "before") each \(events)",
            so: "it decides what is stored, and whether anything is: a write that it suppresses is answered with 400",
            remedy: ["ALTER TABLE \(table.sqlName) DISABLE TRIGGER \(trigger.sqlName)"])
        }
        return Finding(
          trigger.isInstead ? .warning : .note, table.sqlName,
          "rule \(trigger.sqlName) does something \(trigger.isInstead ? "instead of" : "beside") each \(events)",
          so: trigger.isInstead
            ? "it decides whether anything is stored: what it suppresses is answered with 400" : nil,
          remedy: ["ALTER TABLE \(table.sqlName) DISABLE RULE \(trigger.sqlName)"])
      }
  }

  /// Constraints of the owner's that refuse what the API takes.
  var constraintFindings: [Finding] {
    let own = constraints.filter { !use.written.isDisjoint(with: $0.columns) }.map { constraint in
      Finding(
        .note, table.sqlName, "constraint \(constraint.sqlName): \(constraint.definition)",
        so: "what it does not allow is answered with \(constraint.kind == "c" ? 422 : 409)")
    }
    guard use.commands.contains(.delete) else { return own }
    let others = catalog.constraints.filter { $0.kind == "f" && $0.target == table.oid }
    return own
      + others.map { constraint in
        Finding(
          .note, table.sqlName, "\(constraint.sqlTable) refers to it: \(constraint.definition)",
          so: "it decides whether a delete is answered with 409, and what else is deleted or changed")
      }
  }
}

extension String {
  /// Between quotes in SQL.
  var escaped: String { split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") }
}
