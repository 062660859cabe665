internal import CLinux
internal import Glibc

/// What a client proves itself with: random, told to its owner once, and kept nowhere.
public struct APIKey: Sendable {
  /// The key as a client sends it: `roster_` and 64 hexadecimal digits.
  public let text: String

  /// So that people and secret scanners know what it is that they have found.
  static let prefix = "roster_"
  /// 256 bits: as many as its hash has.
  private static let length = 32

  /// A new key, from the kernel's random numbers.
  public init() {
    var bytes = [UInt8](repeating: 0, count: Self.length)
    // getrandom(2): up to 256 bytes come whole, and only a kernel before 3.17 has none.
    let count = bytes.withUnsafeMutableBytes { getrandom($0.baseAddress, $0.count, 0) }
    precondition(count == Self.length, "the kernel gives no random numbers")
    text = Self.prefix + Hexadecimal.text(bytes)
  }
}
