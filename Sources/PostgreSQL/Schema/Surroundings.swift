/// A table, a view or the like that has the name of one of a script's tables.
struct FoundTable: Row, Equatable {
  let oid: Int64
  let schema: String
  let name: String
  /// `app.users`, quoted where SQL wants it.
  let sqlName: String
  /// Quoted where SQL wants it.
  let sqlSchema: String
  /// The search path finds it.
  let isVisible: Bool
  /// The search path names its schema.
  let isOnPath: Bool
  /// The role may look into its schema.
  let isOpen: Bool

  static let decoder = RowDecoder(
    FoundTable.init,
    Column("oid", \.oid, "c.oid::bigint"), Column("nspname", \.schema), Column("relname", \.name),
    Column("sql_name", \.sqlName, "format('%I.%I', nspname, relname)"),
    Column("sql_schema", \.sqlSchema, "quote_ident(nspname)"),
    Column("is_visible", \.isVisible, "pg_table_is_visible(c.oid)"),
    Column(
      "is_on_path", \.isOnPath,
      #"""
      quote_ident(nspname) = ANY (regexp_split_to_array(
        replace(current_setting('search_path'), '"$user"', quote_ident(current_user)), '\s*,\s*'))
      """#),
    Column("is_open", \.isOpen, "has_schema_privilege(n.oid, 'USAGE')"))
}

/// Where a table would be made, and by whom.
struct Place: Row, Equatable {
  /// Quoted where SQL wants it; nil where the search path leads nowhere.
  let sqlSchema: String?
  let mayCreate: Bool?
  let isReadOnly: Bool
  /// Quoted where SQL wants it.
  let role: String

  static let decoder = RowDecoder(
    Place.init,
    Column("sql_schema", \.sqlSchema, "quote_ident(current_schema())"),
    Column("may_create", \.mayCreate, "has_schema_privilege(current_schema(), 'CREATE')"),
    Column("is_read_only", \.isReadOnly, "pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'"),
    Column("role", \.role, "quote_ident(current_user)"))
}

/// What there is around the tables of a script, as the catalogs tell without a lock on any of the tables.
struct Surroundings: Equatable {
  let tables: [FoundTable]
  let place: Place

  /// What the search path finds under this name.
  func table(_ name: TableName) -> FoundTable? {
    tables.first { $0.name == name.name && (name.schema.map($0.schema.elementsEqual) ?? $0.isVisible) }
  }

  /// What some other search path would find.
  func elsewhere(_ name: TableName) -> [FoundTable] {
    guard name.schema == nil else { return [] }
    return tables.filter { $0.name == name.name && !$0.isVisible && ($0.isOpen || $0.isOnPath) }
  }
}

/// What is to be done about the tables of a script.
enum SchemaPlan: Equatable {
  /// Each is there.
  case nothing
  /// These are not.
  case make([TableName])
  /// These are not, and cannot be made at present.
  case wait(String)
  /// Making them would be wrong, or is not allowed.
  case refuse([Finding])

  init(_ tables: [TableName], in surroundings: Surroundings) {
    let missing = tables.filter { surroundings.table($0) == nil }
    guard let first = missing.first else {
      self = .nothing
      return
    }
    let place = surroundings.place
    let elsewhere = missing.flatMap { Self.elsewhere($0, surroundings) }
    if !elsewhere.isEmpty {
      self = .refuse(elsewhere)
    } else if place.isReadOnly {
      self = .wait("the database may only be read, and has no table \(first); it has to come from the primary")
    } else if missing.contains(where: { $0.schema == nil }), place.mayCreate != true {
      self = .refuse(missing.map { Self.notAllowed($0, place) })
    } else {
      self = .make(missing)
    }
  }

  /// One that is elsewhere is probably meant: an empty one beside it would hide it.
  private static func elsewhere(_ table: TableName, _ surroundings: Surroundings) -> [Finding] {
    surroundings.elsewhere(table).map { found in
      let problem = "the search_path finds no table \(table), but there is \(found.sqlName)"
      let so = "an empty table is not made beside it"
      guard found.isOpen else {
        return Finding(
          .refusal, "table \(table)", "\(problem), in a schema that \(surroundings.place.role) may not look into",
          so: so,
          remedy: ["GRANT USAGE ON SCHEMA \(found.sqlSchema) TO \(surroundings.place.role)"])
      }
      return Finding(
        .refusal, "table \(table)", problem,
        so: "\(so); that one is used with options=-c search_path=\(found.sqlSchema) in DATABASE_URL",
        remedy: ["ALTER ROLE \(surroundings.place.role) SET search_path = \(found.sqlSchema)"])
    }
  }

  private static func notAllowed(_ table: TableName, _ place: Place) -> Finding {
    let problem = #"relation "\#(table)" does not exist"#
    guard let schema = place.sqlSchema else {
      return Finding(
        .refusal, "table \(table)", problem, so: "the search_path names no schema in which it could be made",
        remedy: ["CREATE SCHEMA AUTHORIZATION \(place.role)"])
    }
    return Finding(
      .refusal, "table \(table)", problem, so: "role \(place.role) may not make it in schema \(schema)",
      remedy: [
        "-- the owner of the database may run: init-db", "GRANT CREATE ON SCHEMA \(schema) TO \(place.role)",
      ])
  }
}

extension Session {
  /// Looks around for tables of these names, whatever others have locked.
  func surroundings(of tables: [TableName]) async throws(DatabaseError) -> Surroundings {
    let found: SQL = """
      SELECT \(FoundTable.columns)
      FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relname = ANY (\(tables.map(\.name))) AND relkind IN ('r', 'v', 'm', 'f', 'p')
        AND nspname <> 'information_schema' AND left(nspname, 3) <> 'pg_'
      ORDER BY nspname
      """
    let place: SQL = "SELECT \(Place.columns)"
    var rows = RowReader(try await runOnce(place))
    guard let place = try rows.model(Place.decoder) else { throw .invalid("no row") }
    return Surroundings(tables: try await look(found), place: place)
  }

  /// The rows of a statement that is run only now and then, so that no connection keeps it prepared.
  func look<Model: Row>(_ sql: SQL) async throws(DatabaseError) -> [Model] {
    var rows = RowReader(try await runOnce(sql))
    return try rows.allModels(Model.decoder)
  }

  @discardableResult
  func runOnce(_ sql: SQL) async throws(DatabaseError) -> QueryResult {
    try await pool.run(Request(sql, Statement(sql, number: nil), in: transaction))
  }
}
