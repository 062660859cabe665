internal import EventLoop

/// A privilege that declared statements need and the role has not.
struct MissingGrant: Row {
  /// The names of the statements.
  let statements: [String]
  /// `INSERT, SELECT`.
  let privileges: String
  /// `TABLE public.users`, or a sequence or a schema.
  let object: String
  /// Quoted where SQL wants it.
  let role: String

  static let decoder = RowDecoder(
    MissingGrant.init,
    Column("statements", \.statements, "array_agg(DISTINCT name)"),
    Column("privileges", \.privileges, "string_agg(DISTINCT privilege, ', ')"), Column("object", \.object),
    Column("role", \.role, "quote_ident(current_user)"))

  var finding: Finding {
    Finding(
      .refusal, statements.joined(separator: ", "), "role \(role) lacks \(privileges) on \(object)",
      remedy: ["GRANT \(privileges) ON \(object) TO \(role)"])
  }
}

extension Pool {
  /// What the role lacks to run the statements. That something is lacking is the server's own judgement; this only
  /// finds the words for it: of the tables that a refused statement names, the privileges that it names or implies. A
  /// server without PostgreSQL's catalogs gives none, and its own words have to do.
  ///
  /// The sequences are looked for in every INSERT. The server asks for them only when it executes one, and only where
  /// the column is a `serial`: identity columns, as in schema.sql, need none.
  func missingGrants(for checked: [CheckedStatement]) async throws(DatabaseError) -> [MissingGrant] {
    let sql = Self.missingGrants(
      checked.map(\.declared.name), checked.map(\.declared.sql.text), checked.map(\.mayLackGrant))
    do throws(DatabaseError) {
      var rows = RowReader(try await run(Request(sql, Statement(sql, number: nil), in: nil)))
      return try rows.allModels(MissingGrant.decoder)
    } catch {
      guard case .server = error else { throw error }
      return []
    }
  }

  private static func missingGrants(_ names: [String], _ texts: [String], _ refused: [Bool]) -> SQL {
    #"""
    WITH statement AS (
      SELECT * FROM unnest(\#(names), \#(texts), \#(refused)) AS s(name, text, refused)
    ), named AS (
      SELECT s.*, match[1] AS table_name, to_regclass(match[1]) AS relation
      FROM statement s,
        regexp_matches(text, '\m(?:from|join|into|update)\s+(?:only\s+)?([[:alnum:]_.]+)', 'gi') AS match
    ), needed AS (
      SELECT name, privilege, format('TABLE %I.%I', nspname, relname) AS object
      FROM named JOIN pg_class c ON c.oid = relation JOIN pg_namespace n ON n.oid = relnamespace,
        unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) AS privilege
      WHERE refused AND NOT has_table_privilege(c.oid, privilege)
        AND (text ~* ('\m' || privilege || '\M') OR privilege = 'SELECT' AND text ~* '\m(where|returning)\M')
      UNION
      SELECT name, 'USAGE', format('SEQUENCE %I.%I', nspname, relname)
      FROM named JOIN pg_attrdef d ON adrelid = relation
        JOIN pg_depend ON classid = 'pg_attrdef'::regclass AND objid = d.oid AND refclassid = 'pg_class'::regclass
        JOIN pg_class c ON c.oid = refobjid JOIN pg_namespace n ON n.oid = relnamespace
      WHERE text ~* '^\s*insert\M'
        AND CASE relkind WHEN 'S' THEN NOT has_sequence_privilege(c.oid, 'USAGE, UPDATE') END
      UNION
      SELECT name, 'USAGE', format('SCHEMA %I', nspname)
      FROM named JOIN pg_class c ON relname = lower(table_name) JOIN pg_namespace n ON n.oid = relnamespace
      WHERE refused AND relation IS NULL AND NOT has_schema_privilege(n.oid, 'USAGE')
        AND format('%I', nspname) = ANY (regexp_split_to_array(
          replace(current_setting('search_path'), '"$user"', quote_ident(current_user)), '\s*,\s*'))
    )
    SELECT \#(MissingGrant.columns)
    FROM needed GROUP BY object ORDER BY object DESC
    """#
  }
}
