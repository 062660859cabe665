extension CodePoint {
  /// `atext` of RFC 5322, section 3.2.3: what a dot-atom has besides full stops.
  var isAtom: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9": true
    case "!", "#", "$", "%", "&", "'", "*", "+", "-", "/", "=", "?", "^", "_", "`", "{", "|", "}", "~": true
    default: false
    }
  }

  /// `atext` as RFC 6531, section 3.3, extends it: everything outside ASCII too.
  var isInternationalAtom: Bool { isAtom || !isASCII }
}

extension CodePoints {
  /// Whether this is atoms between single full stops.
  func isDotAtom(_ isAtom: (CodePoint) -> Bool) -> Bool {
    labels.allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtom) }
  }

  var hasAdjacentDots: Bool { contains(".", beside: ".") }

  func contains(_ left: CodePoint, beside right: CodePoint) -> Bool {
    zip(self, dropFirst()).contains { $0 == left && $1 == right }
  }
}
