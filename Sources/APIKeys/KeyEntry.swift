public import WebAPI

/// A line of a key file: who has a key, and what the bearer may do until when.
///
///     # name       role    expires     hash
///     ci-deploy    writer  2027-01-31  sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b
public struct KeyEntry: Sendable {
  /// What logs call the key.
  public let name: String
  /// What the bearer may do.
  public let role: HTTPBearer.Role
  /// From this moment on the key is refused; nil is never.
  public let expiry: Timestamp?
  /// What the service knows the key by.
  public let hash: KeyHash

  /// Why a line is none, and what to do. It never quotes the line, in which somebody may have put a key.
  public struct Flaw: Error, CustomStringConvertible {
    /// What to do.
    public let description: String
  }

  /// Reads the four fields of a line, separated by spaces or tabs.
  public init(line: String) throws(Flaw) {
    let fields = line.unicodeScalars.split(whereSeparator: Self.separators.contains).map { String($0) }
    guard fields.count == 4 else {
      throw Flaw(description: "a key has four fields, NAME ROLE EXPIRES HASH; there are \(fields.count)")
    }
    name = try Self.name(fields[0])
    role = try Self.role(fields[1])
    expiry = try Self.expiry(fields[2])
    hash = try Self.hash(fields[3])
  }

  /// The line of a new key, as `init(line:)` reads it.
  public static func line(
    _ name: String, _ role: HTTPBearer.Role, expires: String?, _ key: APIKey
  ) throws(Flaw) -> String {
    let expires = expires ?? never
    _ = try expiry(expires)
    return "\(try Self.name(name)) \(role.rawValue) \(expires) \(KeyHash(of: key.text).text)"
  }

  /// What the key is good for at this moment.
  public func verdict(at now: Timestamp) -> HTTPBearer.Verdict {
    if let expiry, expiry.microseconds <= now.microseconds { return .expired }
    return .valid(Caller(name: name, role: role))
  }
}

// MARK: The fields

extension KeyEntry {
  /// Between fields.
  static let separators: [Unicode.Scalar] = [" ", "\t", "\r"]
  private static let never = "-"

  /// The text, if it can be a name; neither a key nor a hash is as short as one.
  private static func name(_ text: String) throws(Flaw) -> String {
    let isName = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): true
      default: "._@-".utf8.contains(byte)
      }
    }
    guard isName, 1...48 ~= text.utf8.count else {
      throw Flaw(description: "the name must have 1 to 48 letters, digits and . _ @ -")
    }
    return text
  }

  private static func role(_ text: String) throws(Flaw) -> HTTPBearer.Role {
    guard let role = HTTPBearer.Role(rawValue: text) else {
      throw Flaw(description: "the role must be reader or writer")
    }
    return role
  }

  /// A date is its beginning in UTC.
  private static func expiry(_ text: String) throws(Flaw) -> Timestamp? {
    if text == never { return nil }
    guard let moment = Timestamp("\(text)T00:00:00Z") ?? Timestamp(text), !text.contains(" ") else {
      throw Flaw(
        description: "the expiry must be a date like 2027-01-31, a moment like 2027-01-31T18:00:00Z, or - for never")
    }
    return moment
  }

  private static func hash(_ text: String) throws(Flaw) -> KeyHash {
    if text.hasPrefix(APIKey.prefix) {
      throw Flaw(
        description: "this is a key and not its hash, and no secret any more: make another one with roster key new")
    }
    guard let hash = KeyHash(text: text) else {
      throw Flaw(description: "the hash must be sha256: and 64 hexadecimal digits, as roster key new prints it")
    }
    return hash
  }
}
