internal import Synchronization

/// A part of a statement that lives as long as the process, so that its address tells which it is: a literal of the program, or
/// what was made of literals once.
///
/// Unchecked, and unsafe: the bytes are never written again and never freed.
struct ProgramText: Equatable, @unchecked Sendable {
  let start: UnsafePointer<UInt8>
  let count: Int

  /// A literal, where it lies.
  init(_ literal: StaticString) {
    if literal.hasPointerRepresentation {
      (start, count) = (literal.utf8Start, literal.utf8CodeUnitCount)
    } else if let value = UInt8(exactly: literal.unicodeScalar.value), value < 128 {
      (start, count) = (Self.ascii.start + Int(value), 1)
    } else {
      self = Self.made(String(literal.unicodeScalar))
    }
  }

  private init(copying text: String) {
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: text.utf8.count)
    for (index, byte) in text.utf8.enumerated() { (bytes + index).initialize(to: byte) }
    (start, count) = (UnsafePointer(bytes), text.utf8.count)
  }

  /// A literal of a single scalar has no address: it is kept in place of one.
  private static let ascii = made(String(decoding: UInt8(0)..<128, as: UTF8.self))

  /// A text that is made of the program's own names: the same for equal ones, of which there are few.
  static func made(_ text: String) -> ProgramText {
    texts.withLock { texts in
      if let known = texts[text] { return known }
      let new = ProgramText(copying: text)
      texts[text] = new
      return new
    }
  }

  private static let texts = Mutex<[String: ProgramText]>([:])
}

extension String {
  init(_ text: ProgramText) {
    self.init(decoding: UnsafeBufferPointer(start: text.start, count: text.count), as: UTF8.self)
  }

  /// As SQL wants a name that it shall take as it is.
  var quoted: String {
    "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
