/// One Unicode code point.
///
/// Not a `Unicode.Scalar`: a Punycode label from outside can decode to a surrogate, which has to be named in
/// the error text.
struct CodePoint: Hashable, Comparable, ExpressibleByUnicodeScalarLiteral {
  let value: UInt32

  init(_ value: UInt32) {
    self.value = value
  }

  init(unicodeScalarLiteral scalar: Unicode.Scalar) {
    value = scalar.value
  }

  static func < (left: Self, right: Self) -> Bool {
    left.value < right.value
  }

  var isASCII: Bool { value < 0x80 }
  var isSurrogate: Bool { (0xD800...0xDFFF).contains(value) }

  /// Bytes of its UTF-8 form.
  var utf8Count: Int {
    switch value {
    case ..<0x80: 1
    case ..<0x800: 2
    case ..<0x10000: 3
    default: 4
    }
  }

  /// `A` to `Z` as `a` to `z`, all others as they are.
  var lowercasedASCII: Self {
    ("A"..."Z").contains(self) ? Self(value | 0x20) : self
  }
}

/// Text as the reference counts it: by code point.
typealias CodePoints = [CodePoint]

extension CodePoints {
  init(_ text: String) {
    self = text.unicodeScalars.map { CodePoint($0.value) }
  }

  var isASCII: Bool { allSatisfy(\.isASCII) }
  var utf8Count: Int { reduce(0) { $0 + $1.utf8Count } }
  var lowercasedASCII: Self { map(\.lowercasedASCII) }

  /// The labels between full stops, empty ones too.
  var labels: [Self] {
    split(separator: ".", omittingEmptySubsequences: false).map(Self.init)
  }

  /// Without the white space at both ends, like Python's `str.strip`.
  var trimmed: Self {
    guard let first = firstIndex(where: { !$0.isWhiteSpace }),
      let last = lastIndex(where: { !$0.isWhiteSpace })
    else { return [] }
    return Self(self[first...last])
  }
}

extension String {
  /// A surrogate, which no String can hold, becomes U+FFFD.
  init(_ text: CodePoints) {
    var scalars = UnicodeScalarView()
    for point in text {
      scalars.append(Unicode.Scalar(point.value) ?? "\u{FFFD}")
    }
    self.init(scalars)
  }
}
