/// Quoted strings (RFC 5322, section 3.2.4), in local parts and display names.
extension CodePoints {
  /// The index of the first of `specials` outside quotes.
  ///
  /// A special character that the following one combines with is none: `<` and U+0338 are the letter `≮`.
  func firstUnquoted(_ specials: [CodePoint]) throws(EmailAddressError) -> Int {
    var isQuoted = false
    var isEscaped = false
    for index in indices {
      let point = self[index]
      // Only where it decides something is it worth finding out what the character combines with.
      let decides = isEscaped || point == "\"" || point == "\\" || specials.contains(point)
      guard decides, !combines(at: index) else { continue }
      if isQuoted {
        isQuoted = isEscaped || point != "\""
        isEscaped = !isEscaped && point == "\\"
      } else if point == "\"" {
        isQuoted = true
      } else if specials.contains(point) {
        return index
      }
    }
    throw EmailAddressError(missingAtSign)
  }

  private var missingAtSign: String {
    if contains("＠") {
      return "The email address has the \"full-width\" at-sign (@) character instead of a regular at-sign."
    }
    if contains("﹫") {
      return "The email address has the \"small commercial at\" character instead of a regular at-sign."
    }
    return "An email address must have an @-sign."
  }

  /// Whether normalization would make another character of the one there.
  private func combines(at index: Int) -> Bool {
    // 30 combining characters in a row is what UAX #15's stream-safe format allows.
    let window = Self(self[index...].prefix(32))
    return window.nfc.first != window.first
  }

  /// The text without the quotes around it and the backslashes in it.
  func unquoted() throws(EmailAddressError) -> (text: Self, isQuoted: Bool) {
    guard first == "\"" else { return (self, false) }
    var text = Self()
    var isEscaped = false
    for index in indices.dropFirst() {
      let point = self[index]
      if !isEscaped && point == "\"" {
        try checkEnd(after: index)
        break
      }
      isEscaped = !isEscaped && point == "\\"
      if !isEscaped { text.append(point) }
    }
    return (text, true)
  }

  private func checkEnd(after index: Int) throws(EmailAddressError) {
    let rest = self[(index + 1)...]
    if rest.isEmpty { return }
    let displayed = rest.map(\.displayed).joined(separator: ", ")
    throw EmailAddressError("Extra character(s) found after close quote: \(displayed)")
  }
}
