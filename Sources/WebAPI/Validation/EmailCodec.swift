internal import EmailAddress

extension Codec where Value == String {
  /// An e-mail address in the normal form that pydantic's `EmailStr` gives it; see the module EmailAddress.
  public static var email: Codec {
    Codec(text: ["type": "string", "format": "email"]) { input, validation in
      guard let text = decodeText(input, &validation) else { return nil }
      do throws(EmailAddressError) {
        return try EmailAddress(text).normalized
      } catch {
        validation.report(
          ValidationError(
            "value_error", "value is not a valid email address: \(error.reason)", input: input,
            context: ["reason": .string(error.reason)]))
        return nil
      }
    }
  }
}
