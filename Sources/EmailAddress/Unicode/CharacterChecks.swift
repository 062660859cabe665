/// Refusals that list the offending characters, each once.
extension CodePoints {
  /// Refuses the characters that `isForbidden` picks; the reason is `problem` and their list, in the order of
  /// how they are displayed.
  func forbid(_ isForbidden: (CodePoint) -> Bool, _ problem: String) throws(EmailAddressError) {
    let found = Set(filter(isForbidden)).map(\.displayed)
    if found.isEmpty { return }
    // Not String's own order, which takes canonically equivalent texts for the same.
    let ordered = found.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    throw EmailAddressError("\(problem): \(ordered.joined(separator: ", ")).")
  }

  /// Refuses what could make the address look like another: controls, unassigned and private characters,
  /// separators, and a combining mark at the start, which would combine with something outside.
  func forbidUnsafe(allowSpace: Bool = false) throws(EmailAddressError) {
    var found = Set(filter { $0.isOther || $0.isSeparator && !(allowSpace && $0.isSpaceSeparator) })
    if let first, first.isMark { found.insert(first) }
    if found.isEmpty { return }
    let displayed = found.sorted().map(\.displayed).joined(separator: ", ")
    throw EmailAddressError("The email address contains unsafe characters: \(displayed).")
  }

  /// Refuses full stops where a dot-atom can't have any.
  func checkDots(atStart: String, atEnd: String) throws(EmailAddressError) {
    if last == "." { throw EmailAddressError(atEnd) }
    if first == "." { throw EmailAddressError(atStart) }
    if hasAdjacentDots { throw EmailAddressError("An email address cannot have two periods in a row.") }
  }
}
