/// Bytes in an address (RFC 5321, section 4.5.3.1.3, with erratum 1690 of RFC 3696).
let addressLimit = 254

/// Refuses an address, in one of its forms, of more than 254 bytes of UTF-8.
func checkLength(_ address: CodePoints, _ form: String? = nil) throws(EmailAddressError) {
  let excess = address.utf8Count - addressLimit
  if excess <= 0 { return }
  let reason = form.map { "\($0) (\(counted(excess, "byte")) too many)" } ?? address.tooMany(excess)
  throw EmailAddressError("The email address is too long \(reason).")
}

extension CodePoints {
  /// "(2 characters too many)", for a limit of code points.
  func tooMany(limit: Int) -> String {
    "(\(counted(count - limit, "character")) too many)"
  }

  /// How many characters have to go is known only up to how many bytes they have.
  fileprivate func tooMany(_ bytes: Int) -> String {
    let widest = map(\.utf8Count).max() ?? 1
    let fewest = Swift.max(1, bytes / widest)
    let range = fewest == bytes ? "" : "\(fewest)-"
    return "(\(range)\(counted(bytes, "character")) too many)"
  }
}

private func counted(_ count: Int, _ unit: String) -> String {
  "\(count) \(unit)\(count > 1 ? "s" : "")"
}
