internal import EventLoop

/// What the catalogue tells about a refusal, beyond what the error itself says.
extension Session {
  /// The columns of `table` that the constraint or the index is about which an error names: the key of a unique index, also
  /// of one on an expression, the columns of a CHECK or of a domain. None where it belongs to another table; a partition
  /// of `table`, and the table below a view of that name, count as it.
  public func columns(concernedBy error: ServerError, of table: String) async throws(DatabaseError) -> [String] {
    guard let constraint = error.constraint else { return [] }
    let concern = Self.concern(constraint, error.schema ?? "", error.table ?? "", table)
    return try await all(concern, as: ConcernedColumn.self).map(\.name)
  }

  /// The columns of `table` that an index has.
  public func indexedColumns(of table: String) async throws(DatabaseError) -> [String] {
    try await all(Self.indexed(table), as: ConcernedColumn.self).map(\.name)
  }

  /// How many characters the columns of `table` may have that have such a limit, by themselves or by their domain.
  public func lengthLimits(of table: String) async throws(DatabaseError) -> [String: Int] {
    let limits = try await all(Self.limits(table), as: LengthLimit.self)
    return Dictionary(limits.map { ($0.column, Int($0.limit)) }, uniquingKeysWith: { min($0, $1) })
  }

  /// The statements of these functions, which no program has to declare.
  nonisolated static var catalogStatements: [DeclaredStatement] {
    [
      DeclaredStatement("concern", concern("", "", "", "")), DeclaredStatement("indexes", indexed("")),
      DeclaredStatement("limits", limits("")),
    ]
  }

  private nonisolated static func concern(_ constraint: String, _ schema: String, _ relation: String, _ table: String)
    -> SQL
  {
    #"""
    WITH resource AS (
      SELECT to_regclass(\#(table)) AS oid
    ), refusing AS (
      SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace, resource
      WHERE CASE WHEN \#(relation) = '' THEN c.oid = resource.oid
        ELSE relname = \#(relation) AND nspname = \#(schema) AND (
          c.oid = resource.oid OR resource.oid IN (SELECT pg_partition_ancestors(c.oid))
          OR EXISTS (SELECT FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
            WHERE r.ev_class = resource.oid AND d.refobjid = c.oid)) END
    )
    SELECT \#(ConcernedColumn.columns) FROM pg_attribute a JOIN refusing ON attrelid = refusing.oid
    WHERE attnum > 0 AND NOT attisdropped AND (
      EXISTS (SELECT FROM pg_constraint c WHERE conname = \#(constraint) AND contype IN ('c', 'f', 't')
        AND (conrelid = attrelid AND attnum = ANY (conkey) OR conrelid = 0 AND contypid = atttypid))
      OR EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = indexrelid, generate_series(1, indnkeyatts) k
        WHERE indrelid = attrelid AND x.relname = \#(constraint) AND (indkey[k - 1] = attnum
          OR indkey[k - 1] = 0 AND attname ~ '^\w+$' AND pg_get_indexdef(indexrelid, k, true) ~ ('\m' || attname || '\M'))))
    ORDER BY attnum
    """#
  }

  private nonisolated static func indexed(_ table: String) -> SQL {
    """
    SELECT DISTINCT \(ConcernedColumn.columns)
    FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
    WHERE indrelid = to_regclass(\(table))
    """
  }

  /// The modifier of varchar(n) and char(n) is n + 4 (`varchartypmodin` in PostgreSQL's varchar.c).
  private nonisolated static func limits(_ table: String) -> SQL {
    """
    SELECT \(LengthLimit.columns)
    FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
    WHERE attrelid = to_regclass(\(table)) AND attnum > 0 AND NOT attisdropped
      AND CASE WHEN typtype = 'd' THEN typbasetype ELSE atttypid END IN ('varchar'::regtype, 'bpchar'::regtype)
      AND CASE WHEN typtype = 'd' THEN typtypmod ELSE atttypmod END >= 4
    """
  }
}

private struct ConcernedColumn: Row {
  let name: String
  static let decoder = RowDecoder(ConcernedColumn.init, Column("attname", \.name, "attname::text"))
}

private struct LengthLimit: Row {
  let column: String
  let limit: Int32
  static let decoder = RowDecoder(
    LengthLimit.init, Column("attname", \.column, "attname::text"),
    Column("limit", \.limit, "CASE WHEN typtype = 'd' THEN typtypmod ELSE atttypmod END - 4"))
}

extension ServerError {
  /// The text that the database's encoding does not have, from the bytes that the message names in every language:
  /// `character with byte sequence 0xf0 0x9f 0x98 0x80 in encoding "UTF8" has no equivalent in encoding "LATIN1"`.
  public var untranslatable: String? {
    let words = message.split { !($0.isLetter || $0.isNumber) }
    let bytes = words.filter { $0.hasPrefix("0x") && $0.utf8.count == 4 }.compactMap {
      UInt8($0.dropFirst(2), radix: 16)
    }
    return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
  }
}
