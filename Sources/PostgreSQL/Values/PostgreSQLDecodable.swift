public import Scalars

/// A type that can be read from a column.
public protocol PostgreSQLDecodable: Sendable {
  /// Whether every value of a column of this type fits.
  static func decodes(_ type: PostgreSQLType) -> Bool
  /// Reads a value in the server's binary format.
  static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Self
  /// What NULL becomes; throws unless the type is an optional.
  static func decodeNull() throws(DecodingFailure) -> Self
}

extension PostgreSQLDecodable {
  /// NULL is an error.
  public static func decodeNull() throws(DecodingFailure) -> Self {
    throw DecodingFailure("NULL")
  }
}

/// What was found instead of a value of the type.
public struct DecodingFailure: Error, Hashable, Sendable {
  /// For the message: "NULL", "3 bytes".
  public let found: String

  /// A failure that found this.
  public init(_ found: String) {
    self.found = found
  }
}

extension RawSpan {
  /// The integer at `offset`, most significant byte first.
  func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int = 0) throws(DecodingFailure) -> Value {
    guard offset >= 0, byteCount - offset >= MemoryLayout<Value>.size else {
      throw DecodingFailure("\(byteCount) bytes")
    }
    // Every bit pattern is an integer; the span checks its bounds.
    return Value(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  /// The integer that these bytes are, no more and no less.
  func wholeInteger<Value: FixedWidthInteger & BitwiseCopyable>() throws(DecodingFailure) -> Value {
    guard byteCount == MemoryLayout<Value>.size else { throw DecodingFailure("\(byteCount) bytes") }
    return try integer()
  }
}

extension Int16: PostgreSQLDecodable {
  /// smallint.
  public static func decodes(_ type: PostgreSQLType) -> Bool { type == .int2 }
  /// Two bytes.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Int16 { try bytes.wholeInteger() }
}

extension Int32: PostgreSQLDecodable {
  /// smallint and integer.
  public static func decodes(_ type: PostgreSQLType) -> Bool { type == .int4 || type == .int2 }
  /// Two or four bytes.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Int32 {
    if bytes.byteCount == 4 { return try bytes.integer() }
    return Int32(try bytes.wholeInteger() as Int16)
  }
}

extension Int64: PostgreSQLDecodable {
  /// smallint, integer and bigint.
  public static func decodes(_ type: PostgreSQLType) -> Bool { type == .int8 || type == .int4 || type == .int2 }
  /// Two, four or eight bytes.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Int64 {
    if bytes.byteCount == 8 { return try bytes.integer() }
    return Int64(try Int32.decode(bytes))
  }
}

extension Int: PostgreSQLDecodable {
  /// smallint, integer and bigint.
  public static func decodes(_ type: PostgreSQLType) -> Bool { Int64.decodes(type) }
  /// Two, four or eight bytes.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Int { Int(try Int64.decode(bytes)) }
}

extension Bool: PostgreSQLDecodable {
  /// boolean.
  public static func decodes(_ type: PostgreSQLType) -> Bool { type == .bool }
  /// One byte.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Bool {
    try bytes.wholeInteger() as UInt8 != 0
  }
}

extension Float: PostgreSQLDecodable {
  /// real.
  public static func decodes(_ type: PostgreSQLType) -> Bool { type == .float4 }
  /// Four bytes, IEEE 754.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Float {
    Float(bitPattern: try bytes.wholeInteger())
  }
}

extension Double: PostgreSQLDecodable {
  /// real and double precision.
  public static func decodes(_ type: PostgreSQLType) -> Bool { type == .float8 || type == .float4 }
  /// Four or eight bytes, IEEE 754.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Double {
    if bytes.byteCount == 4 { return Double(try Float.decode(bytes)) }
    return Double(bitPattern: try bytes.wholeInteger())
  }
}

extension String: PostgreSQLDecodable {
  /// text, character varying, character, name and json.
  public static func decodes(_ type: PostgreSQLType) -> Bool {
    type == .text || type == .varchar || type == .bpchar || type == .name || type == .json
  }
  /// UTF-8, which the connection asks for; anything else in it is repaired with U+FFFD.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> String {
    bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }  // copies; nothing outlives the call
  }
}

extension Timestamp: PostgreSQLDecodable {
  /// timestamp with time zone.
  public static func decodes(_ type: PostgreSQLType) -> Bool { type == .timestamptz }
  /// Eight bytes: microseconds since 2000-01-01T00:00:00Z.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Timestamp {
    Timestamp(sinceYear2000: try bytes.wholeInteger())
  }
}

extension UUID: PostgreSQLDecodable {
  /// uuid.
  public static func decodes(_ type: PostgreSQLType) -> Bool { type == .uuid }
  /// Sixteen bytes.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> UUID {
    guard bytes.byteCount == 16 else { throw DecodingFailure("\(bytes.byteCount) bytes") }
    return UUID(high: try bytes.integer(), low: try bytes.integer(at: 8))
  }
}

extension Optional: PostgreSQLDecodable where Wrapped: PostgreSQLDecodable {
  /// What the value takes.
  public static func decodes(_ type: PostgreSQLType) -> Bool { Wrapped.decodes(type) }
  /// The value. The usual ones have code of their own: where the type is not known, an optional is put together by calls.
  @specialized(where Wrapped == String)
  @specialized(where Wrapped == Int64)
  @specialized(where Wrapped == Timestamp)
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Wrapped? { try Wrapped.decode(bytes) }
  /// nil.
  public static func decodeNull() throws(DecodingFailure) -> Wrapped? { nil }
}
