/// A number that a text is known by, FNV-1a of 64 bits (draft-eastlake-fnv, section 2). It finds what differs by mistake, and
/// withstands nobody who wants two texts to have the same.
struct FNV1a {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  mutating func mix(_ text: String) { text.utf8.forEach { mix($0) } }

  /// In thirteen digits and letters at most.
  var text: String { String(hash, radix: 36) }
}
