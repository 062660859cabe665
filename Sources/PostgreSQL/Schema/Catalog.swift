/// What PostgreSQL's catalogs say of the tables that the program uses. `sqlName` is quoted where SQL wants it.
struct Catalog {
  var encoding = "UTF8"
  var tables: [Table] = []
  var columns: [Attribute] = []
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

    static let decoder = RowDecoder(
      Table.init,
      Column("oid", \.oid, "c.oid::bigint"), Column("relname", \.name),
      Column("sql_name", \.sqlName, "format('%I.%I', nspname, relname)"), Column("kind", \.kind, "relkind::text"),
      Column("is_unlogged", \.isUnlogged, "relpersistence = 'u'"), Column("relhassubclass", \.hasChildren),
      Column("is_filtered", \.isFiltered, "row_security_active(c.oid)"),
      Column("policies", \.policies, "(SELECT count(*) FROM pg_policy WHERE polrelid = c.oid)"),
      Column("role", \.role, "quote_ident(current_user)"))
    /// Its columns and indexes are its own.
    var isTable: Bool { kind == "r" || kind == "p" }
  }

  struct Attribute: Row {
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

    static let decoder = RowDecoder(
      Attribute.init,
      Column("attrelid", \.table, "attrelid::bigint"), Column("attnum", \.number, "attnum::int"),
      Column("attname", \.name), Column("sql_name", \.sqlName, "quote_ident(attname)"),
      Column("type", \.type, "format_type(atttypid, atttypmod)"),
      Column("is_required", \.isRequired, "attnotnull OR typnotnull"),
      Column("has_default", \.hasDefault, "atthasdef OR attidentity <> '' OR typdefault IS NOT NULL"),
      Column(
        "length", \.length,
        "CASE WHEN base IN ('varchar'::regtype, 'bpchar'::regtype) AND modifier >= 4 THEN modifier - 4 END"),
      Column(
        "nulls", \.nulls,
        """
        (SELECT (null_frac * greatest(reltuples, 0))::bigint FROM pg_stats s
          WHERE s.schemaname = nspname AND s.tablename = relname AND s.attname = a.attname LIMIT 1)
        """))
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

    static let decoder = RowDecoder(
      Index.init,
      Column("indrelid", \.table, "indrelid::bigint"), Column("relname", \.name),
      Column("sql_name", \.sqlName, "format('%I.%I', nspname, relname)"), Column("indisunique", \.isUnique),
      Column("is_valid", \.isValid, "indisvalid AND indisready"),
      Column("is_partial", \.isPartial, "indpred IS NOT NULL"),
      Column(
        "columns", \.columns,
        """
        ARRAY(SELECT coalesce(attname::text, '') FROM generate_series(0, indnkeyatts - 1) k
          LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[k] AND attnum > 0 ORDER BY k)
        """),
      Column("definition", \.definition, "pg_get_indexdef(indexrelid)"))
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

    static let decoder = RowDecoder(
      Constraint.init,
      Column("conrelid", \.table, "conrelid::bigint"), Column("sql_table", \.sqlTable, "conrelid::regclass::text"),
      Column("sql_name", \.sqlName, "quote_ident(conname)"), Column("contype", \.kind, "contype::text"),
      Column(
        "columns", \.columns,
        "ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey))"),
      Column("definition", \.definition, "pg_get_constraintdef(oid)"),
      Column("confrelid", \.target, "confrelid::bigint"))
    static let columnsOfDomain = columns(replacing: [
      "conrelid": "attrelid::bigint", "sql_table": "attrelid::regclass::text", "columns": "ARRAY[attname::text]",
      "definition": "pg_get_constraintdef(c.oid)", "confrelid": "0::bigint",
    ])
  }

  /// A trigger before a row or in place of it, or a rule.
  struct Trigger: Row {
    let table: Int64
    let sqlName: String
    let isRule: Bool
    let isInstead: Bool
    /// `insert`, `update`, `delete`.
    let events: [String]

    static let decoder = RowDecoder(
      Trigger.init,
      Column("relation", \.table, "tgrelid::bigint"), Column("sql_name", \.sqlName, "quote_ident(tgname)"),
      Column("is_rule", \.isRule, "false"), Column("is_instead", \.isInstead, "tgtype & 64 <> 0"),
      Column(
        "events", \.events,
        """
        array_remove(ARRAY[CASE WHEN tgtype & 4 <> 0 THEN 'insert' END, CASE WHEN tgtype & 16 <> 0 THEN 'update' END,
          CASE WHEN tgtype & 8 <> 0 THEN 'delete' END], NULL)
        """))
    static let columnsOfRule = columns(replacing: [
      "relation": "ev_class::bigint", "sql_name": "quote_ident(rulename)", "is_rule": "true",
      "is_instead": "is_instead",
      "events": "ARRAY[CASE ev_type WHEN '2' THEN 'update' WHEN '3' THEN 'insert' ELSE 'delete' END]",
    ])
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

    static let decoder = RowDecoder(
      Sequence.init,
      Column("attrelid", \.table, "attrelid::bigint"), Column("attname", \.column),
      Column("sql_column", \.sqlColumn, "quote_ident(attname)"),
      Column("sql_name", \.sqlName, "format('%I.%I', nspname, relname)"),
      Column("type", \.columnType, "format_type(atttypid, NULL)"), Column("seqstart", \.start),
      Column("seqincrement", \.increment), Column("seqmax", \.maximum), Column("seqcycle", \.cycles),
      Column(
        "last", \.last,
        """
        CASE WHEN has_sequence_privilege(c.oid, 'SELECT, USAGE') AND NOT (relpersistence = 'u' AND pg_is_in_recovery())
          THEN pg_sequence_last_value(c.oid) END
        """),
      Column(
        "is_indexed", \.isIndexed,
        """
        has_column_privilege(attrelid, attnum, 'SELECT') AND EXISTS (SELECT FROM pg_index
          WHERE indrelid = attrelid AND indisvalid AND indkey[0] = attnum AND indpred IS NULL)
        """))
  }
}
