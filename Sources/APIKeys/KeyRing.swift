/// The keys that a service knows.
public struct KeyRing: Sendable {
  /// In the order of the file; no two have the same name or the same hash.
  public private(set) var entries: [KeyEntry] = []

  /// Reads the text of a key file: a key a line; empty lines count for nothing, nor does what follows a `#`. Throws with
  /// everything that is wrong at once.
  public init(text: String) throws(KeyFileError) {
    var flaws: [String] = []
    for (number, line) in Self.lines(text) {
      do {
        try add(KeyEntry(line: line))
      } catch {
        flaws.append("\(number): \(error)")
      }
    }
    guard flaws.isEmpty else { throw KeyFileError(flaws: flaws) }
  }

  /// The entry of a key, expired or not. How long it takes tells nothing about any hash: all of them are compared, each
  /// in constant time.
  public func entry(of key: String) -> KeyEntry? {
    let hash = KeyHash(of: key)
    var found: KeyEntry?
    for entry in entries where entry.hash.matches(hash) { found = entry }
    return found
  }

  /// The lines with something on them, and their numbers.
  private static func lines(_ text: String) -> [(number: Int, line: String)] {
    // Scalars, because to Swift a line end of Windows is one character.
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().compactMap { index, line in
      let line = line.prefix { $0 != "#" }
      return line.allSatisfy(KeyEntry.separators.contains) ? nil : (index + 1, String(line))
    }
  }

  private mutating func add(_ entry: KeyEntry) throws(KeyEntry.Flaw) {
    if entries.contains(where: { $0.name == entry.name }) {
      throw KeyEntry.Flaw(description: "there is a line for \(entry.name) already; take one of the two away")
    }
    if let twin = entries.first(where: { $0.hash.matches(entry.hash) }) {
      throw KeyEntry.Flaw(description: "\(twin.name) has the same key; take one of the two lines away")
    }
    entries.append(entry)
  }
}
