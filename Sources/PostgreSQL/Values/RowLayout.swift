/// The columns that a model is made of, in their order. A class, since a result that fits one need not be compared again, which
/// is known by its identity.
final class RowLayout: Sendable {
  let columns: [ColumnDescription]
  /// What is wrong with the declaration, so that no row may be read by it.
  let problem: String?
  /// The names, for a statement's list.
  let list: SQL

  init(_ columns: [ColumnDescription], of model: String) {
    self.columns = columns
    problem = Self.problem(columns).map { "\(model): \($0)" }
    list = Self.list(columns, of: nil, replacing: [:])
  }

  /// Two columns of one type that have changed places would compile. The parameters of a memberwise initializer lie in
  /// memory in their order.
  private static func problem(_ columns: [ColumnDescription]) -> String? {
    var names: Set<String> = []
    var last: (name: String, offset: Int)?
    for column in columns {
      let name = column.name ?? "?"
      guard names.insert(name).inserted else { return "column \(name) stands there twice" }
      guard let offset = column.offset else { continue }
      if let last, last.offset >= offset {
        return last.offset == offset
          ? "columns \(last.name) and \(name) are the same property"
          : "column \(last.name) stands before \(name), but the properties are declared the other way round"
      }
      last = (name, offset)
    }
    return nil
  }

  /// The columns as a statement's list. What is to be replaced and is no column of the model is one too many, which the check
  /// finds, and the first row.
  static func list(
    _ columns: [ColumnDescription], of table: String?, replacing expressions: KeyValuePairs<String, SQL>
  ) -> SQL {
    let prefix = table.map { "\($0.quoted)." } ?? ""
    var list = SQL()
    var text = ""
    func add(_ name: String, _ expression: SQL?) {
      if !text.isEmpty { text += ", " }
      guard let expression else { return text += prefix + name.quoted }
      list.append(made: text)
      list.append(expression)
      text = " AS \(name.quoted)"
    }
    for column in columns {
      let name = column.name ?? "?"
      add(name, expressions.first { $0.key == name }?.value ?? column.expression)
    }
    for (name, expression) in expressions where !columns.contains(where: { $0.name == name }) {
      add(name, expression)
    }
    list.append(made: text)
    return list
  }
}

extension Row {
  /// The model's columns as a statement's list, such as `"id", "title"`.
  public static var columns: SQL { decoder.layout.list }

  /// The same with a table's name or alias before each name, as a join wants it, and with other expressions for some of the
  /// columns, `AS` their names. It makes a text: keep it in a `static let`.
  ///
  /// ```swift
  /// static let short = columns(of: "g", replacing: ["title": "left(title, 10)"])  // "g"."id", left(title, 10) AS "title"
  /// ```
  public static func columns(of table: String? = nil, replacing expressions: KeyValuePairs<String, SQL> = [:]) -> SQL
  {
    RowLayout.list(decoder.layout.columns, of: table, replacing: expressions)
  }
}

extension QueryResult {
  /// Compares once, although several may read the rows of a lookup: they all want the same model.
  func check(_ layout: RowLayout) throws(DatabaseError) {
    try known.fit(layout) { () throws(DatabaseError) in
      if let mismatch = mismatch(with: layout) { throw .decoding(mismatch) }
    }
  }

  /// What the result lacks to be decoded as `layout` has it; nil if nothing.
  private func mismatch(with layout: RowLayout) -> String? {
    let columns = layout.columns
    guard columnCount == columns.count else { return layout.mismatch(in: resultColumns) }
    for index in columns.indices
    where !isNamed(columns[index], index) || !columns[index].decodes(type(ofColumn: index)) {
      return layout.mismatch(in: resultColumns)
    }
    return layout.problem
  }
}

extension RowLayout {
  /// What columns lack to be decoded; nil if nothing.
  func mismatch(in found: [ResultColumn]) -> String? {
    guard found.count == columns.count else {
      return "expected \(columns.count) columns, got \(found.count)"
    }
    for index in columns.indices {
      if let mismatch = mismatchOfName(index, found[index]) { return mismatch }
      if !columns[index].decodes(found[index].type) {
        return
          "column \(index + 1) (\(found[index].name)): expected \(columns[index].typeName), got \(found[index].type)"
      }
    }
    return problem
  }

  func mismatchOfName(_ index: Int, _ found: ResultColumn) -> String? {
    guard let name = columns[index].name, name != found.name else { return nil }
    let advice = found.isComputed ? "; what is computed is named by AS" : ""
    return "column \(index + 1) (\(found.name)): expected one that is called \(name)\(advice)"
  }
}
