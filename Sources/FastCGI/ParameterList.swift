internal import Glibc

/// The parameters of a request, in one block of memory that needs nothing else: for each the length of "NAME=value" in
/// four bytes, then the text.
struct ParameterList: Sendable {
  private let bytes: [UInt8]

  /// Copies "NAME=value" strings that are ended by a null pointer: libfcgi's, or a process's environment.
  init(_ strings: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) {
    var size = 0
    var next = strings
    while let text = next.pointee {
      size += Self.lengthSize + strlen(text)
      next += 1
    }
    bytes = withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { block in
      // Unsafe for a single copy: the block is as long as the two loops find, since nobody changes the strings.
      guard var end = block.baseAddress else { return [] }
      next = strings
      while let text = next.pointee {
        let length = strlen(text)
        end.storeBytes(of: UInt32(truncatingIfNeeded: length), as: UInt32.self)
        memcpy(end + Self.lengthSize, text, length)
        end += Self.lengthSize + length
        next += 1
      }
      return Array(block)
    }
  }

  private static let lengthSize = 4

  /// Gives `body` the bytes of the first parameter of this name; nothing where it is absent or empty.
  @inline(__always) func withValue<Result>(
    _ name: StaticString, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    guard name.hasPointerRepresentation else { return nil }
    let length = name.utf8CodeUnitCount
    return bytes.withUnsafeBufferPointer { block in
      var index = 0
      while let entry = Self.entry(block, &index) {
        guard entry.count > length + 1, entry[length] == UInt8(ascii: "="), let start = entry.baseAddress,
          memcmp(start, name.utf8Start, length) == 0
        else { continue }
        return body(UnsafeBufferPointer(start: start + length + 1, count: entry.count - length - 1))
      }
      return nil
    }
  }

  /// Calls `body` with each "NAME=value" in order.
  func forEach(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer { block in
      var index = 0
      while let entry = Self.entry(block, &index) { body(entry) }
    }
  }

  /// The entry at `index`, which moves on to the next one.
  @inline(__always) private static func entry(
    _ block: UnsafeBufferPointer<UInt8>, _ index: inout Int
  ) -> UnsafeBufferPointer<UInt8>? {
    guard let start = block.baseAddress, index + lengthSize <= block.count else { return nil }
    let length = Int(UnsafeRawPointer(start + index).loadUnaligned(as: UInt32.self))
    let entry = UnsafeBufferPointer(start: start + index + lengthSize, count: length)
    index += lengthSize + length
    return entry
  }
}
