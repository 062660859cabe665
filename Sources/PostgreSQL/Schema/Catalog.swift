/// What PostgreSQL's catalogs say of the tables that the program uses. `sqlName` is quoted where SQL wants it.
struct Catalog {
  var encoding = "UTF8"
  var tables: [Table] = []
  var columns: [Column] = []
  var indexes: [Index] = []
  var constraints: [Constraint] = []
  var triggers: [Trigger] = []
  var sequences: [Sequence] = []
  /// The greatest value of a sequence's column, by the sequence's name.
  var greatest: [String: Int64] = [:]

  struct Table: Row {
    let oid: Int64
    let name: String
    let sqlName: String
    /// `pg_class.relkind`: r table, p partitioned, v view, m materialized view, f foreign table.
    let kind: String
    /// Its rows are lost in a crash.
    let isUnlogged: Bool
    /// Other tables inherit from it.
    let hasChildren: Bool
    /// Row-level security applies to the role.
    let isFiltered: Bool
    let policies: Int64
    /// Quoted where SQL wants it.
    let role: String

    static let decoder = RowDecoder(Table.init)
    /// Its columns and indexes are its own.
    var isTable: Bool { kind == "r" || kind == "p" }
  }

  struct Column: Row {
    let table: Int64
    let number: Int32
    let name: String
    let sqlName: String
    let type: String
    let isRequired: Bool
    let hasDefault: Bool
    /// Of varchar(n) and char(n).
    let length: Int32?
    /// How many NULLs there were when the table was analysed last.
    let nulls: Int64?

    static let decoder = RowDecoder(Column.init)
  }

  struct Index: Row {
    let table: Int64
    let name: String
    let sqlName: String
    let isUnique: Bool
    let isValid: Bool
    let isPartial: Bool
    /// Of its key; empty for an expression.
    let columns: [String]
    let definition: String

    static let decoder = RowDecoder(Index.init)
  }

  struct Constraint: Row {
    let table: Int64
    let sqlTable: String
    let sqlName: String
    /// `pg_constraint.contype`: c CHECK, x EXCLUDE, f foreign key.
    let kind: String
    let columns: [String]
    let definition: String
    /// What a foreign key leads to.
    let target: Int64

    static let decoder = RowDecoder(Constraint.init)
  }

  /// A trigger before a row or in place of it, or a rule.
  struct Trigger: Row {
    let table: Int64
    let sqlName: String
    let isRule: Bool
    let isInstead: Bool
    /// `insert`, `update`, `delete`.
    let events: [String]

    static let decoder = RowDecoder(Trigger.init)
  }

  /// A sequence that a column takes its default from.
  struct Sequence: Row {
    let table: Int64
    let column: String
    let sqlColumn: String
    let sqlName: String
    let columnType: String
    let start: Int64
    let increment: Int64
    let maximum: Int64
    let cycles: Bool
    let last: Int64?
    /// The greatest value of the column is found in an index, and the role may read it.
    let isIndexed: Bool

    static let decoder = RowDecoder(Sequence.init)
  }
}
