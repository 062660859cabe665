/// The bound values of a statement in the server's binary format, one after the other in one block of memory.
public struct ParameterBuffer: Sendable {
  private(set) var bytes: [UInt8] = []
  /// The value that is being added is NULL.
  var isNull = false
  /// A text holds U+0000, which PostgreSQL cannot store.
  private(set) var containsNUL = false

  init() {}

  init(reserving count: Int) {
    bytes.reserveCapacity(count)
  }

  /// Adds an integer, most significant byte first, as the protocol wants all its numbers.
  public mutating func append<Value: FixedWidthInteger>(_ value: Value) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }  // the bytes of an integer, for the call
  }

  /// Adds bytes as they are.
  public mutating func append(_ value: [UInt8]) {
    bytes.append(contentsOf: value)
  }

  /// Adds bytes of a block that is there during the call.
  mutating func append(_ value: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: value)
  }

  /// Adds UTF-8.
  public mutating func append(_ value: String) {
    let start = bytes.count
    bytes.append(contentsOf: value.utf8)
    containsNUL = containsNUL || bytes[start...].contains(0)
  }

  /// Makes the value NULL; nothing else may be added for it.
  public mutating func appendNull() {
    isNull = true
  }

  /// Adds the length of what `body` adds in front of it; -1 for NULL.
  mutating func appendCounted(_ body: (inout ParameterBuffer) -> Void) {
    let start = bytes.count
    append(Int32(0))
    isNull = false
    body(&self)
    let length = isNull ? -1 : Int32(clamping: bytes.count - start - 4)
    isNull = false
    bytes.withUnsafeMutableBytes { $0.storeBytes(of: length.bigEndian, toByteOffset: start, as: Int32.self) }
  }

  /// Adds an array.
  mutating func append(_ keys: LookupKeys) {
    appendArrayHeader(of: keys.type, count: keys.count)
    append(keys.elements)
  }

  /// Adds what another buffer holds.
  mutating func append(_ other: ParameterBuffer) {
    bytes.append(contentsOf: other.bytes)
    containsNUL = containsNUL || other.containsNUL
  }
}
