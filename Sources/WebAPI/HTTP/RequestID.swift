/// What logs call a request, so that those of several programs can be put together. Text, and proof of nothing.
public struct RequestID: Hashable, Sendable {
  /// 1 to 128 letters, digits and `. _ : -`.
  public let text: String

  /// The text, if it can be one, whoever has sent it.
  public init?(_ text: String) {
    guard 1...128 ~= text.utf8.count, text.utf8.allSatisfy(Self.isPlain) else { return nil }
    self.text = text
  }

  private init(made text: String) {
    self.text = text
  }

  /// One that no other request has: 32 digits, as nginx's.
  public static func made() -> RequestID {
    let digits = (0..<2).map { _ in
      let half = String(UInt64.random(in: 0 ... .max), radix: 16)
      return String(repeating: "0", count: 16 - half.count) + half
    }
    return RequestID(made: digits.joined())
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte.isDigit || byte.isLetter || "._:-".utf8.contains(byte)
  }
}
