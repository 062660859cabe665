public import Scalars

/// A type of which arrays can be bound and read. `[UInt8]` is bytea; every other array is the server's of that type.
public protocol PostgreSQLArrayElement: Sendable {
  /// The server's type for an array of these.
  static var arrayType: PostgreSQLType { get }
  /// Whether every value of a column of this type fits an array of these.
  static func decodesArray(_ type: PostgreSQLType) -> Bool
  /// Adds all in the server's binary format.
  static func encode(array: [Self], into buffer: inout ParameterBuffer)
  /// Reads all from the server's binary format.
  static func decodeArray(_ bytes: RawSpan) throws(DecodingFailure) -> [Self]
}

extension Array: PostgreSQLEncodable where Element: PostgreSQLArrayElement {
  /// The array type of the elements, or bytea.
  public static var postgreSQLType: PostgreSQLType { Element.arrayType }
  /// All elements.
  public func encode(into buffer: inout ParameterBuffer) { Element.encode(array: self, into: &buffer) }
}

extension Array: PostgreSQLDecodable where Element: PostgreSQLArrayElement {
  /// The array types of what an element takes, or bytea.
  public static func decodes(_ type: PostgreSQLType) -> Bool { Element.decodesArray(type) }
  /// All elements; an array of more than one dimension is an error.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> [Element] {
    try Element.decodeArray(bytes)
  }
}

extension UInt8: PostgreSQLArrayElement {
  /// bytea.
  public static var arrayType: PostgreSQLType { .bytea }
  /// bytea.
  public static func decodesArray(_ type: PostgreSQLType) -> Bool { type == .bytea }
  /// The bytes.
  public static func encode(array: [UInt8], into buffer: inout ParameterBuffer) { buffer.append(array) }
  /// The bytes.
  public static func decodeArray(_ bytes: RawSpan) throws(DecodingFailure) -> [UInt8] {
    bytes.withUnsafeBytes { Array($0) }  // copies; nothing outlives the call
  }
}

extension PostgreSQLArrayElement where Self: PostgreSQLEncodable & PostgreSQLDecodable {
  /// The array type of the element's type.
  public static var arrayType: PostgreSQLType { postgreSQLType.array ?? postgreSQLType }

  /// An array type of what the element takes.
  public static func decodesArray(_ type: PostgreSQLType) -> Bool {
    type.element.map { decodes($0) } ?? false
  }

  /// The header, then each element's length and bytes.
  public static func encode(array: [Self], into buffer: inout ParameterBuffer) {
    buffer.appendArrayHeader(of: postgreSQLType, count: array.count)
    for element in array { buffer.appendCounted { element.encode(into: &$0) } }
  }

  /// The dimensions, whether there are NULLs, the element's type, then each dimension's length and first index, then
  /// each element's length (-1 for NULL) and bytes.
  public static func decodeArray(_ bytes: RawSpan) throws(DecodingFailure) -> [Self] {
    let dimensions: Int32 = try bytes.integer()
    let type = PostgreSQLType(oid: try bytes.integer(at: 8))
    guard decodes(type) else { throw DecodingFailure("an array of \(type)") }
    if dimensions == 0 { return [] }
    guard dimensions == 1 else { throw DecodingFailure("an array of \(dimensions) dimensions") }
    let count: Int32 = try bytes.integer(at: 12)
    var elements: [Self] = []
    var position = 20
    while elements.count < count { elements.append(try decodeElement(bytes, &position)) }
    return elements
  }

  private static func decodeElement(_ bytes: RawSpan, _ position: inout Int) throws(DecodingFailure) -> Self {
    let length = Int(try bytes.integer(at: position) as Int32)
    position += 4
    if length == -1 { return try decodeNull() }
    guard length >= 0, length <= bytes.byteCount - position else { throw DecodingFailure("a truncated array") }
    defer { position += length }
    return try decode(bytes.extracting(position..<position + length))
  }
}

extension ParameterBuffer {
  /// One dimension, counted from 1 (`array_send` in PostgreSQL's arrayfuncs.c); an empty array has none.
  mutating func appendArrayHeader(of type: PostgreSQLType, count: Int) {
    let dimensions: Int32 = count == 0 ? 0 : 1
    let hasNulls: Int32 = 0  // the server looks for itself
    let header = (
      dimensions.bigEndian, hasNulls, type.oid.bigEndian, Int32(clamping: count).bigEndian, Int32(1).bigEndian
    )
    // In one block, which is quicker than number by number; numbers of one size lie side by side.
    withUnsafeBytes(of: header) { append(UnsafeRawBufferPointer(rebasing: $0.prefix(count == 0 ? 12 : 20))) }
  }
}

extension Int16: PostgreSQLArrayElement {}
extension Int32: PostgreSQLArrayElement {}
extension Int64: PostgreSQLArrayElement {}
extension Int: PostgreSQLArrayElement {}
extension Bool: PostgreSQLArrayElement {}
extension Float: PostgreSQLArrayElement {}
extension Double: PostgreSQLArrayElement {}
extension String: PostgreSQLArrayElement {}
extension Timestamp: PostgreSQLArrayElement {}
extension UUID: PostgreSQLArrayElement {}
extension Optional: PostgreSQLArrayElement
where Wrapped: PostgreSQLArrayElement & PostgreSQLEncodable & PostgreSQLDecodable {}
