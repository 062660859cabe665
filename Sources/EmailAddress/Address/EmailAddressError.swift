/// Why a text is not an email address.
public struct EmailAddressError: Error, Hashable, Sendable {
  /// The sentence that follows "value is not a valid email address: ", as email-validator and Pydantic
  /// word it.
  public let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}
