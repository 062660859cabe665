/// A type of the server, by its OID (`pg_type.dat` in PostgreSQL's source; built-in ones never change).
public struct PostgreSQLType: Hashable, Sendable {
  /// `pg_type.oid`.
  public let oid: UInt32

  /// The type with this OID.
  public init(oid: UInt32) {
    self.oid = oid
  }

  /// boolean.
  public static let bool = PostgreSQLType(oid: 16)
  /// bytea.
  public static let bytea = PostgreSQLType(oid: 17)
  /// name, the type of identifiers in the catalogs.
  public static let name = PostgreSQLType(oid: 19)
  /// bigint.
  public static let int8 = PostgreSQLType(oid: 20)
  /// smallint.
  public static let int2 = PostgreSQLType(oid: 21)
  /// integer.
  public static let int4 = PostgreSQLType(oid: 23)
  /// text.
  public static let text = PostgreSQLType(oid: 25)
  /// json, which travels as text.
  public static let json = PostgreSQLType(oid: 114)
  /// real.
  public static let float4 = PostgreSQLType(oid: 700)
  /// double precision.
  public static let float8 = PostgreSQLType(oid: 701)
  /// character(n).
  public static let bpchar = PostgreSQLType(oid: 1042)
  /// character varying.
  public static let varchar = PostgreSQLType(oid: 1043)
  /// date.
  public static let date = PostgreSQLType(oid: 1082)
  /// timestamp with time zone.
  public static let timestamptz = PostgreSQLType(oid: 1184)
  /// numeric.
  public static let numeric = PostgreSQLType(oid: 1700)
  /// uuid.
  public static let uuid = PostgreSQLType(oid: 2950)

  private static let known: [(type: PostgreSQLType, name: String, array: UInt32)] = [
    (bool, "boolean", 1000), (bytea, "bytea", 1001), (name, "name", 1003), (int8, "bigint", 1016),
    (int2, "smallint", 1005), (int4, "integer", 1007), (text, "text", 1009), (json, "json", 199),
    (float4, "real", 1021), (float8, "double precision", 1022), (bpchar, "character", 1014),
    (varchar, "character varying", 1015), (timestamptz, "timestamp with time zone", 1185), (uuid, "uuid", 2951),
    (date, "date", 1182), (numeric, "numeric", 1231),
    // Only for messages.
    (PostgreSQLType(oid: 26), "oid", 1028), (PostgreSQLType(oid: 142), "xml", 143),
    (PostgreSQLType(oid: 869), "inet", 1041),
    (PostgreSQLType(oid: 1083), "time without time zone", 1183),
    (PostgreSQLType(oid: 1114), "timestamp without time zone", 1115), (PostgreSQLType(oid: 1186), "interval", 1187),
    (PostgreSQLType(oid: 1266), "time with time zone", 1270), (PostgreSQLType(oid: 3802), "jsonb", 3807),
  ]

  /// The type of arrays of this one; nil for types that this module does not know.
  public var array: PostgreSQLType? {
    Self.known.first { $0.type == self }.map { PostgreSQLType(oid: $0.array) }
  }

  /// Bytes of an integer type.
  var integerWidth: Int? {
    switch self {
    case .int2: 2
    case .int4: 4
    case .int8: 8
    default: nil
    }
  }

  /// The type that this array type holds.
  var element: PostgreSQLType? {
    Self.known.first { $0.array == oid }?.type
  }
}

extension PostgreSQLType: CustomStringConvertible {
  /// The type's name in SQL, or its OID.
  public var description: String {
    if let known = Self.known.first(where: { $0.type == self }) { return known.name }
    if let element { return "\(element)[]" }
    return "the type with OID \(oid)"
  }
}
