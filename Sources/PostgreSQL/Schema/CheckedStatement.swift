internal import CPostgreSQL

/// A declared statement and what the server says of it.
struct CheckedStatement {
  let declared: DeclaredStatement
  /// What it would return.
  var columns: [ResultColumn] = []
  /// What the server has against it.
  var refusal: ServerError?

  init(_ declared: DeclaredStatement) {
    self.declared = declared
  }

  /// It lacks a privilege, or its table may be in a schema which the role may not look into.
  var mayLackGrant: Bool {
    refusal?.sqlState == .insufficientPrivilege || refusal?.sqlState == .undefinedTable
  }
}

/// A column of a statement's result.
struct ResultColumn: Equatable {
  let name: String
  let type: PostgreSQLType
  /// Where its values come from; zeros where they are computed.
  let table: Int64
  let number: Int32

  var isComputed: Bool { table == 0 }
}

extension QueryResult {
  /// The columns of a result that describes a statement.
  var resultColumns: [ResultColumn] { (0..<columnCount).map(resultColumn) }
}

extension CheckedStatement {
  /// What is wrong with the statements; what several have in common is told once, and so is what mends several mistakes.
  static func findings(_ checked: [CheckedStatement], _ catalog: Catalog, _ script: SchemaScript) -> [Finding] {
    var order: [Finding] = []
    var names: [Finding: [String]] = [:]
    for statement in checked {
      for var finding in statement.findings(catalog, script) {
        if statement.declared.isDispensable { finding = finding.asWarning }
        if names[finding] == nil { order.append(finding) }
        names[finding, default: []].append(statement.declared.name)
      }
    }
    var remedies: Set<[String]> = []
    return order.map { finding in
      let isNew = remedies.insert(finding.remedy).inserted
      return (isNew ? finding : finding.withoutRemedy).about(names[finding, default: []].joined(separator: ", "))
    }
  }

  /// What is wrong with it, without its name.
  private func findings(_ catalog: Catalog, _ script: SchemaScript) -> [Finding] {
    if let refusal { return [finding(refusal, catalog, script)] }
    guard let layout = declared.layout else { return [] }
    if let problem = layout.problem { return [Finding(.refusal, "", problem)] }
    guard layout.columns.count == columns.count else {
      return [Finding(.refusal, "", layout.mismatch(in: columns) ?? "")]
    }
    return layout.columns.indices.flatMap { findings($0, layout, catalog) } + narrowKey(catalog)
  }

  /// What is wrong with a column.
  private func findings(_ index: Int, _ layout: RowLayout, _ catalog: Catalog) -> [Finding] {
    if let problem = layout.mismatchOfName(index, columns[index]) { return [Finding(.refusal, "", problem)] }
    let wanted = layout.columns[index]
    return wanted.decodes(columns[index].type) ? nullable(index, wanted, catalog) : [mismatch(index, wanted, catalog)]
  }

  /// A column that may be NULL, read as a type that takes none. What an outer join makes NULL cannot be known: the server
  /// does not tell. Nor can that a condition excludes NULL, but for that of a lookup.
  private func nullable(_ index: Int, _ wanted: ColumnDescription, _ catalog: Catalog) -> [Finding] {
    guard !wanted.takesNull, columns[index].name != declared.key?.column,
      let (table, column) = catalog.source(of: columns[index]), table.isTable,
      !column.isRequired, !catalog.hasCheckAgainstNull(column)
    else { return [] }
    return [
      Finding(
        .warning, "",
        "column \(index + 1) (\(column.name)) may be NULL in \(table.sqlName), but \(wanted.typeName) takes no NULL",
        so: "what has a row with NULL there is answered with 503",
        remedy: [
          "-- or an optional type in the program:",
          "ALTER TABLE \(table.sqlName) ALTER COLUMN \(column.sqlName) SET NOT NULL",
        ])
    ]
  }

  /// A view that can only be read serves those who only read.
  private func finding(_ refusal: ServerError, _ catalog: Catalog, _ script: SchemaScript) -> Finding {
    let isReadOnly = refusal.sqlState == .notInPrerequisiteState || refusal.sqlState == .wrongObjectType
    return Finding(
      isReadOnly ? .warning : .refusal, "", "\(refusal.message) (\(refusal.sqlState))",
      so: isReadOnly ? "requests that need it are answered with 503" : nil,
      remedy: refusal.sqlState == .undefinedColumn ? missingColumns(catalog, script) : [])
  }

  /// What adds the columns that the script has and the table has not.
  private func missingColumns(_ catalog: Catalog, _ script: SchemaScript) -> [String] {
    TableUse.all(in: [declared]).flatMap { use -> [String] in
      guard let table = catalog.tables.first(where: { $0.name == use.table.name }) else { return [] }
      let there = Set(catalog.columns.filter { $0.table == table.oid }.map(\.name))
      return script.columns.filter { $0.table == use.table && !there.contains($0.name) }.map {
        "ALTER TABLE \(table.sqlName) ADD COLUMN \($0.definition)"
      }
    }
  }

  private func mismatch(_ index: Int, _ wanted: ColumnDescription, _ catalog: Catalog) -> Finding {
    let (got, source) = (columns[index], catalog.source(of: columns[index]))
    let problem =
      "column \(index + 1) (\(got.name)): expected \(wanted.typeName), got \(source?.column.type ?? got.type.description)"
    guard let (table, column) = source, table.isTable, let type = wanted.type else {
      return Finding(.refusal, "", problem)
    }
    let isLocalTime = type == .timestamptz && column.type.hasPrefix("timestamp")
    let value = isLocalTime ? "\(column.sqlName) AT TIME ZONE 'UTC'" : "\(column.sqlName)::\(type)"
    return Finding(
      .refusal, "", problem,
      remedy: [
        "-- this rewrites the table, which nobody can use meanwhile:",
        "ALTER TABLE \(table.sqlName) ALTER COLUMN \(column.sqlName) TYPE \(type) USING \(value)",
      ])
  }

  /// A column of wider integers than those that it is asked for by.
  private func narrowKey(_ catalog: Catalog) -> [Finding] {
    guard let key = declared.key, let column = columns.first(where: { $0.name == key.column }),
      let width = column.type.integerWidth, let asked = key.type.integerWidth, width > asked
    else { return [] }
    return [
      Finding(
        .warning, "", "column \(column.name) is \(column.type), but asked for by \(key.type)",
        so: "what has a greater number is listed, but cannot be read, changed or deleted by it")
    ]
  }
}

extension Catalog {
  fileprivate func source(of result: ResultColumn) -> (table: Table, column: Attribute)? {
    guard let table = tables.first(where: { $0.oid == result.table }),
      let column = columns.first(where: { $0.table == result.table && $0.number == result.number })
    else { return nil }
    return (table, column)
  }
}

extension SQLState {
  /// 55000, of a view that cannot be written to.
  static let notInPrerequisiteState = SQLState("55000")
  /// 42809, of a materialized view.
  fileprivate static let wrongObjectType = SQLState("42809")
  /// 42703.
  fileprivate static let undefinedColumn = SQLState("42703")
}
