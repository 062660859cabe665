internal import CCrypto

/// The SHA-256 of a key (FIPS 180-4), which is all that the service keeps of it.
///
/// A password needs a hash that is slow, because people choose passwords that can be guessed. A key is 256 random bits:
/// there is nothing to guess, however fast the hash, and a fast one costs a request nothing.
public struct KeyHash: Sendable {
  private let bytes: [UInt8]

  private static let length = 32
  private static let prefix = "sha256:"

  /// The hash of a key.
  public init(of key: String) {
    var key = key
    bytes = [UInt8](unsafeUninitializedCapacity: Self.length) { buffer, count in
      // SHA256 writes exactly 32 bytes.
      count = key.withUTF8 { SHA256($0.baseAddress, $0.count, buffer.baseAddress) } == nil ? 0 : Self.length
    }
  }

  /// Reads `sha256:` and 64 hexadecimal digits.
  init?(text: String) {
    guard text.hasPrefix(Self.prefix), let bytes = Hexadecimal.bytes(text.dropFirst(Self.prefix.count)),
      bytes.count == Self.length
    else { return nil }
    self.bytes = bytes
  }

  /// `sha256:` and 64 hexadecimal digits.
  public var text: String { Self.prefix + Hexadecimal.text(bytes) }

  /// Whether both are the same; takes as long wherever they differ.
  public func matches(_ other: KeyHash) -> Bool {
    bytes.count == Self.length && other.bytes.count == Self.length
      && CRYPTO_memcmp(bytes, other.bytes, Self.length) == 0
  }
}
