internal import EventLoop

extension Pool {
  /// What the catalogs say of these tables. What a server does not have, which speaks PostgreSQL's language but is not
  /// PostgreSQL, or is an older one, is left out.
  func catalog(of tables: [FoundTable]) async throws(DatabaseError) -> Catalog {
    let oids = tables.map(\.oid)
    var catalog = Catalog()
    catalog.encoding = try await lookIfPossible(Self.encoding, as: Encoding.self).first?.name ?? catalog.encoding
    guard !oids.isEmpty else { return catalog }
    catalog.tables = try await lookIfPossible(Self.tables(oids))
    catalog.columns = try await lookIfPossible(Self.columns(oids))
    catalog.indexes = try await lookIfPossible(Self.indexes(oids))
    catalog.constraints = try await lookIfPossible(Self.constraints(oids))
    catalog.triggers = try await lookIfPossible(Self.triggers(oids))
    catalog.sequences = try await lookIfPossible(Self.sequences(oids))
    for sequence in catalog.sequences where sequence.isIndexed {
      guard let table = tables.first(where: { $0.oid == sequence.table }) else { continue }
      let sql: SQL = """
        SELECT max(\(identifier: sequence.column))::bigint AS greatest
        FROM \(identifier: table.schema).\(identifier: table.name)
        """
      catalog.greatest[sequence.sqlName] = try await lookIfPossible(sql, as: Greatest.self).first?.value
    }
    // A number is drawn before its row is seen: what others insert meanwhile is no row that the sequence has not reached.
    if !catalog.greatest.isEmpty { catalog.sequences = try await lookIfPossible(Self.sequences(oids)) }
    return catalog
  }

  private struct Encoding: Row {
    let name: String
    static let decoder = RowDecoder(Encoding.init, Column("server_encoding", \.name))
  }

  private struct Greatest: Row {
    let value: Int64?
    static let decoder = RowDecoder(Greatest.init, Column("greatest", \.value))
  }

  private func lookIfPossible<Model: Row>(
    _ sql: SQL, as type: Model.Type = Model.self
  ) async throws(DatabaseError) -> [Model] {
    do throws(DatabaseError) {
      return try await looking { session in try await session.look(sql) }
    } catch {
      switch error {
      case .server(let refusal) where !refusal.sqlState.mayPass: return []
      case .decoding: return []
      default: throw error
      }
    }
  }

  private static let encoding: SQL = "SELECT current_setting('server_encoding') AS server_encoding"

  private static func tables(_ oids: [Int64]) -> SQL {
    """
    SELECT \(Catalog.Table.columns)
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = ANY (\(oids)::oid[])
    """
  }

  private static func columns(_ oids: [Int64]) -> SQL {
    """
    SELECT \(Catalog.Attribute.columns)
    FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid
      JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace,
      LATERAL (SELECT CASE WHEN typtype = 'd' THEN typbasetype ELSE atttypid END,
        CASE WHEN typtype = 'd' THEN typtypmod ELSE atttypmod END) AS of_domain(base, modifier)
    WHERE attrelid = ANY (\(oids)::oid[]) AND attnum > 0 AND NOT attisdropped ORDER BY attrelid, attnum
    """
  }

  private static func indexes(_ oids: [Int64]) -> SQL {
    """
    SELECT \(Catalog.Index.columns)
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE indrelid = ANY (\(oids)::oid[]) ORDER BY relname
    """
  }

  /// Of the tables, and of the domains that their columns are of.
  private static func constraints(_ oids: [Int64]) -> SQL {
    """
    SELECT \(Catalog.Constraint.columns)
    FROM pg_constraint
    WHERE contype IN ('c', 'x', 'f') AND (conrelid = ANY (\(oids)::oid[]) OR confrelid = ANY (\(oids)::oid[]))
    UNION ALL
    SELECT \(Catalog.Constraint.columnsOfDomain)
    FROM pg_attribute JOIN pg_constraint c ON contypid = atttypid AND contype = 'c'
    WHERE attrelid = ANY (\(oids)::oid[]) AND attnum > 0 AND NOT attisdropped
    ORDER BY 3
    """
  }

  /// `pg_trigger.tgtype` is made of 1 row, 2 before, 4 insert, 8 delete, 16 update, 64 instead (PostgreSQL's pg_trigger.h).
  private static func triggers(_ oids: [Int64]) -> SQL {
    """
    SELECT \(Catalog.Trigger.columns)
    FROM pg_trigger
    WHERE tgrelid = ANY (\(oids)::oid[]) AND NOT tgisinternal AND tgenabled IN ('O', 'A')
      AND tgtype & 1 <> 0 AND tgtype & 66 <> 0
    UNION ALL
    SELECT \(Catalog.Trigger.columnsOfRule)
    FROM pg_rewrite WHERE ev_class = ANY (\(oids)::oid[]) AND ev_type IN ('2', '3', '4') AND ev_enabled IN ('O', 'A')
    ORDER BY 2
    """
  }

  /// Of `serial` columns, and whatever has nextval() as its default, and of identity columns.
  private static func sequences(_ oids: [Int64]) -> SQL {
    """
    WITH source AS (
      SELECT adrelid AS relation, adnum AS number, refobjid AS sequence FROM pg_attrdef d
        JOIN pg_depend ON classid = 'pg_attrdef'::regclass AND objid = d.oid AND refclassid = 'pg_class'::regclass
      WHERE adrelid = ANY (\(oids)::oid[])
      UNION
      SELECT refobjid, refobjsubid, objid FROM pg_depend
      WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype = 'i'
        AND refobjid = ANY (\(oids)::oid[])
    )
    SELECT \(Catalog.Sequence.columns)
    FROM source JOIN pg_attribute ON attrelid = relation AND attnum = number
      JOIN pg_class c ON c.oid = sequence AND relkind = 'S' JOIN pg_namespace n ON n.oid = relnamespace
      JOIN pg_sequence ON seqrelid = c.oid
    WHERE attrelid = ANY (\(oids)::oid[]) ORDER BY attnum
    """
  }
}
