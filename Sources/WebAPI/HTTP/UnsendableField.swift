/// A header field that cannot be sent as it is: its value could end the field and begin another one, or the body (RFC 9110,
/// sections 5.1 and 5.5).
struct UnsendableField: Error, CustomStringConvertible {
  private let name: String
  private let problem: String

  /// nil where the field can be sent.
  init?(_ name: String, _ value: String) {
    if !Self.isToken(name) {
      problem = "its name is no token"
    } else if value.utf8.contains(where: \.isForbiddenInField) {
      problem = "its value has a control character"
    } else {
      return nil
    }
    self.name = name
  }

  /// What is in the value is not told: it is as likely to be data.
  var description: String { "the header field \(name.debugDescription) cannot be sent: \(problem)" }

  /// Whether this can be the name of a field (RFC 9110, section 5.6.2).
  static func isToken(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0.isDigit || $0.isLetter || "!#$%&'*+-.^_`|~".utf8.contains($0) }
  }
}
