public import Scalars

/// A type whose values can be bound to a statement.
public protocol PostgreSQLEncodable: Samplable, Sendable {
  /// The server's type; part of what a prepared statement is found by.
  static var postgreSQLType: PostgreSQLType { get }
  /// Adds the value in the server's binary format.
  func encode(into buffer: inout ParameterBuffer)
}

extension Int16: PostgreSQLEncodable {
  /// smallint.
  public static var postgreSQLType: PostgreSQLType { .int2 }
  /// Two bytes.
  public func encode(into buffer: inout ParameterBuffer) { buffer.append(self) }
}

extension Int32: PostgreSQLEncodable {
  /// integer.
  public static var postgreSQLType: PostgreSQLType { .int4 }
  /// Four bytes.
  public func encode(into buffer: inout ParameterBuffer) { buffer.append(self) }
}

extension Int64: PostgreSQLEncodable {
  /// bigint.
  public static var postgreSQLType: PostgreSQLType { .int8 }
  /// Eight bytes.
  public func encode(into buffer: inout ParameterBuffer) { buffer.append(self) }
}

extension Int: PostgreSQLEncodable {
  /// bigint.
  public static var postgreSQLType: PostgreSQLType { .int8 }
  /// Eight bytes.
  public func encode(into buffer: inout ParameterBuffer) { buffer.append(Int64(self)) }
}

extension Bool: PostgreSQLEncodable {
  /// boolean.
  public static var postgreSQLType: PostgreSQLType { .bool }
  /// One byte.
  public func encode(into buffer: inout ParameterBuffer) { buffer.append(UInt8(self ? 1 : 0)) }
}

extension Float: PostgreSQLEncodable {
  /// real.
  public static var postgreSQLType: PostgreSQLType { .float4 }
  /// Four bytes, IEEE 754.
  public func encode(into buffer: inout ParameterBuffer) { buffer.append(bitPattern) }
}

extension Double: PostgreSQLEncodable {
  /// double precision.
  public static var postgreSQLType: PostgreSQLType { .float8 }
  /// Eight bytes, IEEE 754.
  public func encode(into buffer: inout ParameterBuffer) { buffer.append(bitPattern) }
}

extension String: PostgreSQLEncodable {
  /// text.
  public static var postgreSQLType: PostgreSQLType { .text }
  /// UTF-8. U+0000 is refused when the statement is run, with the server's own code (22021).
  public func encode(into buffer: inout ParameterBuffer) { buffer.append(self) }
}

extension Timestamp: PostgreSQLEncodable {
  /// timestamp with time zone.
  public static var postgreSQLType: PostgreSQLType { .timestamptz }
  /// Eight bytes: microseconds since 2000-01-01T00:00:00Z.
  public func encode(into buffer: inout ParameterBuffer) { buffer.append(sinceYear2000) }
}

extension UUID: PostgreSQLEncodable {
  /// uuid.
  public static var postgreSQLType: PostgreSQLType { .uuid }
  /// Sixteen bytes.
  public func encode(into buffer: inout ParameterBuffer) {
    buffer.append(high)
    buffer.append(low)
  }
}

extension Optional: PostgreSQLEncodable where Wrapped: PostgreSQLEncodable {
  /// That of the value.
  public static var postgreSQLType: PostgreSQLType { Wrapped.postgreSQLType }
  /// The value, or NULL.
  public func encode(into buffer: inout ParameterBuffer) {
    guard let self else { return buffer.appendNull() }
    self.encode(into: &buffer)
  }
}
