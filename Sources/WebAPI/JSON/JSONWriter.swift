/// Writes compact JSON in UTF-8, as `json.dumps(…, ensure_ascii=False, separators=(",", ":"))` prints it.
public struct JSONWriter: ~Copyable, Sendable {
  private var output: ByteBuffer

  /// What has been written.
  public var bytes: [UInt8] { output.bytes }

  /// How many bytes have been written.
  var count: Int { output.count }

  /// What has been written; the writer is empty then.
  mutating func takeBytes() -> [UInt8] {
    defer { output.removeAll() }
    return output.bytes
  }

  /// Takes back what was written behind the first `count` bytes.
  mutating func takeBack(to count: Int) { output.removeAll(behind: count) }

  /// Bytes of its memory.
  var capacity: Int { output.capacity }

  /// A writer with room for `capacity` bytes before it has to grow.
  public init(capacity: Int = 256) {
    output = ByteBuffer(capacity: capacity)
  }

  /// Makes room for so many more bytes.
  mutating func reserve(_ length: Int) { output.reserve(length) }

  /// Appends bytes that are JSON already.
  @inline(__always) mutating func raw(_ json: some Sequence<UInt8>) {
    guard json.withContiguousStorageIfAvailable({ output.append($0) }) == nil else { return }
    for byte in json { output.append(byte) }
  }

  /// Appends JSON that is a literal of the program.
  @inline(__always) mutating func raw(_ json: StaticString) {
    json.withUTF8Buffer { output.append($0) }
  }

  /// Appends `length` bytes of JSON, all of which `fill` writes.
  @inline(__always) mutating func raw(_ length: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) {
    output.append(length, fill)
  }

  /// Appends one ASCII character.
  @inline(__always) mutating func byte(_ character: Unicode.Scalar) {
    output.append(UInt8(truncatingIfNeeded: character.value))
  }

  /// Ends an object or array: in place of the comma behind its last member, if there is one.
  @inline(__always) mutating func end(with bracket: Unicode.Scalar) {
    output.replaceLast(UInt8(ascii: ","), with: UInt8(truncatingIfNeeded: bracket.value))
  }

  /// Writes an integer in decimal.
  mutating func integer(_ value: some FixedWidthInteger) {
    var magnitude = UInt64(truncatingIfNeeded: value.magnitude)
    if value < 0 { byte("-") }
    let count = Self.digits(magnitude)
    raw(count) { start in
      var end = start + count
      while magnitude > 9 {
        end -= 2
        end.storeTwoDigits(UInt32(truncatingIfNeeded: magnitude % 100))
        magnitude /= 100
      }
      if end > start { start.pointee = UInt8(truncatingIfNeeded: 0x30 + magnitude) }
    }
  }

  /// How many decimal digits a number has.
  private static func digits(_ magnitude: UInt64) -> Int {
    var (digits, rest) = (1, magnitude)
    while rest > 9 {
      digits += 1
      rest /= 10
    }
    return digits
  }

  /// Writes a string in quotes; control characters, quotes and backslashes are escaped, nothing else is.
  mutating func string(_ value: String) {
    // Every native string is contiguous, and is read where it lies; `withUTF8` wants a copy of its own.
    if value.utf8.withContiguousStorageIfAvailable({ text($0) }) == nil {
      var value = value
      value.withUTF8 { text($0) }
    }
  }

  @inline(__always) private mutating func text(_ utf8: UnsafeBufferPointer<UInt8>) {
    // Nearly every string has nothing to escape, and a copy of its bytes will do.
    if Self.isPlain(utf8) {
      output.reserve(utf8.count + 2)
      output.append(0x22)
      output.append(utf8)
      output.append(0x22)
    } else {
      output.append(0x22)
      for byte in utf8 { escaped(byte) }
      output.append(0x22)
    }
  }

  /// Whether nothing is to be escaped; eight bytes at a time, the last of which may have been looked at before.
  @inline(__always) private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let raw = UnsafeRawBufferPointer(bytes)
    guard raw.count >= 8 else {
      return raw.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }
    }
    var index = 0
    while index < raw.count {
      let start = min(index, raw.count &- 8)
      if !isPlain(raw.loadUnaligned(fromByteOffset: start, as: UInt64.self)) { return false }
      index &+= 8
    }
    return true
  }

  @inline(__always) private static func isPlain(_ word: UInt64) -> Bool {
    let (ones, highs) = (0x0101_0101_0101_0101 as UInt64, 0x8080_8080_8080_8080 as UInt64)
    let (quote, backslash) = (word ^ ones &* 0x22, word ^ ones &* 0x5C)
    // The high bit of each byte that is below 0x20, or zero in the other two ("Bit Twiddling Hacks", hasless).
    let control = word &- ones &* 0x20 & ~word
    return (control | (quote &- ones & ~quote) | (backslash &- ones & ~backslash)) & highs == 0
  }

  /// How many bytes a string has in place of one.
  static func escapedLength(_ byte: UInt8) -> Int {
    switch byte {
    case 0x22, 0x5C, 0x08, 0x0C, 0x0A, 0x0D, 0x09: 2
    case ..<0x20: 6
    default: 1
    }
  }

  private mutating func escaped(_ byte: UInt8) {
    switch byte {
    case 0x22: raw("\\\"")
    case 0x5C: raw("\\\\")
    case 0x08: raw("\\b")
    case 0x0C: raw("\\f")
    case 0x0A: raw("\\n")
    case 0x0D: raw("\\r")
    case 0x09: raw("\\t")
    case ..<0x20:
      raw("\\u00")
      for digit in [byte >> 4, byte & 15] { output.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    default: output.append(byte)
    }
  }

  /// Writes a value as Python prints it.
  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .bool(let bool): raw(bool ? "true" : "false")
    case .integer(let integer): self.integer(integer)
    case .bigInteger(let digits): raw(digits.utf8)
    case .number(let number): self.number(number)
    case .string(let string), .malformedString(let string): self.string(string)
    case .array(let elements): array(elements) { $0.value($1) }
    case .object(let object): self.object(object)
    }
  }

  /// The longest guess that is reserved; where it is too short, doubling does the rest.
  private static let longestGuess = 64 << 10

  /// Writes an array, each element by `write`.
  mutating func array<Element>(_ elements: [Element], _ write: (inout JSONWriter, Element) -> Void) {
    byte("[")
    let start = output.count
    elements.withUnsafeBufferPointer { elements in
      for index in elements.indices {
        write(&self, elements[index])
        byte(",")
        // The others will be about as long as the first, and memory that need not grow is not copied. A guess only: the
        // first may be a client's.
        if index == 0 { output.reserve(min((output.count - start) * min(elements.count, 1024), Self.longestGuess)) }
      }
    }
    end(with: "]")
  }

  private mutating func object(_ object: JSONObject) {
    byte("{")
    for member in object.members {
      string(member.key.text)
      byte(":")
      value(member.value)
      byte(",")
    }
    end(with: "}")
  }
}

extension JSONValue {
  /// The value as compact JSON.
  public var text: String {
    var writer = JSONWriter()
    writer.value(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
