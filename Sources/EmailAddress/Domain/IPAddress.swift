/// What is wrong with an IP address, in the words of Python's `ipaddress`.
struct IPAddressError: Error {
  let text: String

  init(_ text: String) {
    self.text = text
  }
}

/// The syntax of IP addresses as Python's `ipaddress` takes it; the value is of no use here.
package enum IPAddress {
  /// Whether `text` is an IPv6 address (RFC 4291, section 2.2).
  package static func isVersion6(_ text: String) -> Bool {
    (try? checkVersion6(CodePoints(text.unicodeScalars.map { CodePoint($0.value) }))) != nil
  }

  static func checkVersion4(_ text: CodePoints) throws(IPAddressError) {
    if text.contains("/") { throw IPAddressError("Unexpected '/' in \(text.quoted)") }
    if text.isEmpty { throw IPAddressError("Address cannot be empty") }
    let octets = text.labels
    if octets.count != 4 { throw IPAddressError("Expected 4 octets in \(text.quoted)") }
    for octet in octets {
      if let problem = problem(octet: octet) { throw IPAddressError("\(problem) in \(text.quoted)") }
    }
  }

  private static func problem(octet: CodePoints) -> String? {
    if octet.isEmpty { return "Empty octet not permitted" }
    if !octet.allSatisfy({ ("0"..."9").contains($0) }) {
      return "Only decimal digits permitted in \(octet.quoted)"
    }
    if octet.count > 3 { return "At most 3 characters permitted in \(octet.quoted)" }
    if octet.count > 1 && octet.first == "0" { return "Leading zeros are not permitted in \(octet.quoted)" }
    let value = octet.reduce(0) { $0 * 10 + $1.value - 0x30 }
    return value > 255 ? "Octet \(value) (> 255) not permitted" : nil
  }

  static func checkVersion6(_ text: CodePoints) throws(IPAddressError) {
    if text.contains("/") { throw IPAddressError("Unexpected '/' in \(text.quoted)") }
    let address = try withoutZone(text)
    if address.isEmpty { throw IPAddressError("Address cannot be empty") }
    var parts = address.split(separator: ":", omittingEmptySubsequences: false).map(CodePoints.init)
    if parts.count < 3 { throw IPAddressError("At least 3 parts expected in \(address.quoted)") }
    if let last = parts.last, last.contains(".") {
      try checkSuffix(last, of: address)
      // The four octets take the place of two groups.
      parts.replaceSubrange((parts.count - 1)..., with: [["0"], ["0"]])
    }
    if parts.count > 9 { throw IPAddressError("At most 8 colons permitted in \(address.quoted)") }
    try checkGroups(parts, of: address)
    for part in parts where !part.isEmpty {
      if let problem = problem(group: part) { throw IPAddressError("\(problem) in \(address.quoted)") }
    }
  }

  /// RFC 4007, section 11.
  private static func withoutZone(_ text: CodePoints) throws(IPAddressError) -> CodePoints {
    guard let percent = text.firstIndex(of: "%") else { return text }
    let zone = text[(percent + 1)...]
    if zone.isEmpty || zone.contains("%") {
      throw IPAddressError("Invalid IPv6 address: \"\(text.quoted)\"")
    }
    return CodePoints(text[..<percent])
  }

  private static func checkSuffix(_ suffix: CodePoints, of address: CodePoints) throws(IPAddressError) {
    do throws(IPAddressError) {
      try checkVersion4(suffix)
    } catch {
      throw IPAddressError("\(error.text) in \(address.quoted)")
    }
  }

  /// Eight groups, or fewer around one `::`.
  private static func checkGroups(_ parts: [CodePoints], of address: CodePoints) throws(IPAddressError) {
    let gaps = parts.indices.dropFirst().dropLast().filter { parts[$0].isEmpty }
    if gaps.count > 1 { throw IPAddressError("At most one '::' permitted in \(address.quoted)") }
    let startsEmpty = parts.first?.isEmpty ?? true
    let endsEmpty = parts.last?.isEmpty ?? true
    if gaps.isEmpty && parts.count != 8 {
      throw IPAddressError("Exactly 8 parts expected without '::' in \(address.quoted)")
    }
    if startsEmpty && gaps.first != 1 {
      throw IPAddressError("Leading ':' only permitted as part of '::' in \(address.quoted)")
    }
    if endsEmpty && gaps.first != parts.count - 2 {
      throw IPAddressError("Trailing ':' only permitted as part of '::' in \(address.quoted)")
    }
    if !gaps.isEmpty && parts.count(where: { !$0.isEmpty }) > 7 {
      throw IPAddressError("Expected at most 7 other parts with '::' in \(address.quoted)")
    }
  }

  private static func problem(group: CodePoints) -> String? {
    if !group.allSatisfy(\.isHexDigit) { return "Only hex digits permitted in \(group.quoted)" }
    return group.count > 4 ? "At most 4 characters permitted in \(group.quoted)" : nil
  }
}

extension CodePoint {
  fileprivate var isHexDigit: Bool {
    switch self {
    case "0"..."9", "a"..."f", "A"..."F": true
    default: false
    }
  }
}
