/// An ASCII address with nothing unusual about it, which is nearly every address there is.
///
/// It only ever accepts: what it doesn't recognize goes the long way, which also finds the reason.
struct PlainAddress {
  let normalized: String

  /// One pass over the bytes; allocates only if a letter has to become lower case.
  init?(_ text: String) {
    let bytes = text.utf8.span
    guard bytes.count <= addressLimit,
      let at = Self.endOfLocalPart(bytes),
      Self.isHostName(bytes, from: at + 1)
    else { return nil }
    let start = Self.isMailboxName(bytes, before: at) ? 0 : at + 1
    normalized = Self.hasUppercase(bytes, from: start) ? Self.lowercase(text, from: start) : text
  }

  /// The index of the @ after a dot-atom (RFC 5322, section 3.2.3).
  private static func endOfLocalPart(_ bytes: Span<UInt8>) -> Int? {
    var afterDot = true
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == UInt8(ascii: "@") { return afterDot ? nil : index }
      let isDot = byte == UInt8(ascii: ".")
      if isDot ? afterDot : !byte.isAtom { return nil }
      afterDot = isDot
    }
    return nil
  }

  /// Two or more labels that end with a letter and are no special-use name; no Punycode.
  private static func isHostName(_ bytes: Span<UInt8>, from start: Int) -> Bool {
    var label = start
    for index in start..<bytes.count where bytes[index] == UInt8(ascii: ".") {
      guard isLabel(bytes, label..<index) else { return false }
      label = index + 1
    }
    guard label > start, isLabel(bytes, label..<bytes.count) else { return false }
    return bytes[bytes.count - 1].isLetter && !isSpecialUse(bytes, from: label)
  }

  /// Letters, digits and inner hyphens (RFC 1123, section 2.1), but not the hyphens of an R-LDH label
  /// (RFC 5890, section 2.3.1).
  private static func isLabel(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard 1...Domain.labelLimit ~= range.count else { return false }
    for index in range where !bytes[index].isLetterOrDigit {
      let isInner = index > range.lowerBound && index < range.upperBound - 1
      let isReserved = index == range.lowerBound + 3 && bytes[index - 1] == UInt8(ascii: "-")
      guard bytes[index] == UInt8(ascii: "-"), isInner, !isReserved else { return false }
    }
    return true
  }

  private static func isSpecialUse(_ bytes: Span<UInt8>, from start: Int) -> Bool {
    Domain.specialUseNames.contains { equals($0, bytes, start..<bytes.count) }
  }

  private static func isMailboxName(_ bytes: Span<UInt8>, before end: Int) -> Bool {
    LocalPart.mailboxNames.contains { equals($0, bytes, 0..<end) }
  }

  /// Whether the bytes are that lower-case name in any case.
  private static func equals(_ name: StaticString, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard name.utf8CodeUnitCount == range.count else { return false }
    // A static string lives as long as the program.
    let letters = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    return zip(range, letters).allSatisfy { bytes[$0].lowercased == $1 }
  }

  private static func hasUppercase(_ bytes: Span<UInt8>, from start: Int) -> Bool {
    (start..<bytes.count).contains { bytes[$0].isUppercase }
  }

  private static func lowercase(_ text: String, from start: Int) -> String {
    let bytes = text.utf8.span
    // The String's own storage is written once, without an array between.
    return String(unsafeUninitializedCapacity: bytes.count) { buffer in
      for index in bytes.indices {
        buffer.initializeElement(at: index, to: index < start ? bytes[index] : bytes[index].lowercased)
      }
      return bytes.count
    }
  }
}

extension UInt8 {
  fileprivate var isUppercase: Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self }
  fileprivate var lowercased: UInt8 { isUppercase ? self | 0x20 : self }
  fileprivate var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 }
  fileprivate var isLetterOrDigit: Bool { isLetter || UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
  fileprivate var isAtom: Bool { CodePoint(UInt32(self)).isAtom }
}
