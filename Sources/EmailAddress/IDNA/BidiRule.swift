/// The Bidi Rule (RFC 5893, section 2) for one label of a domain that has right-to-left characters.
enum BidiRule {
  static func check(_ label: CodePoints) throws(IDNAError) {
    var classes: [CodePoint.BidiClass] = []
    for (index, point) in label.enumerated() {
      guard let bidiClass = point.bidiClass else {
        throw IDNAError("Unknown directionality in label \(label.quoted) at position \(index + 1)")
      }
      classes.append(bidiClass)
    }
    switch classes.first {
    case .r, .al: try checkRightToLeft(classes)
    case .l: try checkLeftToRight(classes)
    default:
      throw IDNAError("First codepoint in label \(label.quoted) must be directionality L, R or AL")
    }
  }

  /// Conditions 2 to 4.
  private static func checkRightToLeft(_ classes: [CodePoint.BidiClass]) throws(IDNAError) {
    var digits: CodePoint.BidiClass?
    for (index, bidiClass) in classes.enumerated() {
      if bidiClass == .l || bidiClass == .other {
        throw IDNAError("Invalid direction for codepoint at position \(index + 1) in a right-to-left label")
      }
      guard bidiClass == .an || bidiClass == .en else { continue }
      if let digits, digits != bidiClass {
        throw IDNAError("Can not mix numeral types in a right-to-left label")
      }
      digits = bidiClass
    }
    try checkEnd(classes, [.r, .al, .en, .an])
  }

  /// Conditions 5 and 6.
  private static func checkLeftToRight(_ classes: [CodePoint.BidiClass]) throws(IDNAError) {
    for (index, bidiClass) in classes.enumerated() {
      if [.r, .al, .an, .other].contains(bidiClass) {
        throw IDNAError("Invalid direction for codepoint at position \(index + 1) in a left-to-right label")
      }
    }
    try checkEnd(classes, [.l, .en])
  }

  private static func checkEnd(
    _ classes: [CodePoint.BidiClass], _ allowed: [CodePoint.BidiClass]
  ) throws(IDNAError) {
    guard let end = classes.last(where: { $0 != .nsm }), allowed.contains(end) else {
      throw IDNAError("Label ends with illegal codepoint directionality")
    }
  }
}

extension CodePoint {
  var isRightToLeft: Bool {
    switch bidiClass {
    case .r, .al, .an: true
    default: false
    }
  }
}
