/// How many keys one statement of a lookup has at most. Pure: what the statements before took comes in.
struct LookupSize {
  /// Each row is compared with all keys, which is quick only while they are few.
  static let most = 64
  /// Where all rows of a key are asked for, of whose number nothing is known yet.
  static let first = 8
  /// What an answer may take of libpq's memory, in bytes, if its keys have as much as those before.
  static let bytes = 256 << 10

  private var learned: Int?

  /// How many, where some want `all` rows of their keys.
  func limit(ofAll all: Bool) -> Int { learned ?? (all ? Self.first : Self.most) }

  /// A statement of so many keys was answered with so much.
  mutating func note(keys: Int, bytes: Int) {
    learned = min(max(1, Self.bytes / max(1, bytes / max(1, keys))), Self.most)
  }
}
