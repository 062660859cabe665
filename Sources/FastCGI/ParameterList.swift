internal import Glibc

/// The parameters of a request in one block of memory: name-value pairs as FastCGI sends them (section 3.4).
struct ParameterList: Sendable {
  private let bytes: [UInt8]

  /// Bytes that it keeps.
  var count: Int { bytes.count }

  /// Pairs that `NameValueScanner` has accepted: the content of the PARAMS records that `records` consists of.
  init(records: UnsafeRawBufferPointer) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(records.count)  // the content of all records is shorter than they are
    var position = 0
    while let header = RecordHeader(records, at: position), records.count - position >= header.recordLength {
      let start = position + RecordHeader.length
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: records[start..<start + header.contentLength]))
      position += header.recordLength
    }
    self.bytes = bytes
  }

  /// Copies "NAME=value" strings that are ended by a null pointer: a process's environment.
  init(environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) {
    var bytes: [UInt8] = []
    var next = environment
    while let text = next.pointee {
      next += 1
      let text = UnsafeRawBufferPointer(start: text, count: strlen(text))
      guard let sign = text.firstIndex(of: UInt8(ascii: "=")) else { continue }
      Self.append(length: sign, to: &bytes)
      Self.append(length: text.count - sign - 1, to: &bytes)
      bytes += text[..<sign]
      bytes += text[(sign + 1)...]
    }
    self.bytes = bytes
  }

  private static func append(length: Int, to bytes: inout [UInt8]) {
    if length < 0x80 { return bytes.append(UInt8(length)) }
    let long = UInt32(clamping: length) | 1 << 31
    for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: long >> shift)) }
  }

  /// Gives `body` the bytes of the last parameter of this name; nothing where it is absent or empty. The last one, because
  /// that is what an operator has set behind an `include`: an empty one there takes the parameter away.
  @inline(__always) func withValue<Result>(
    _ name: StaticString, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    guard name.hasPointerRepresentation else { return nil }
    return bytes.withUnsafeBufferPointer { block in
      var pairs = NameValuePairs(block)
      var value: UnsafeBufferPointer<UInt8>?
      while let pair = pairs.next() {
        if Self.isName(pair.name, name) { value = pair.value }
      }
      return value.flatMap { $0.isEmpty ? nil : body($0) }
    }
  }

  /// Gives `body` the bytes of five parameters, each as `withValue` finds it, from one walk: what every request is asked for.
  @inline(__always) func withValues<Result>(
    _ names: (StaticString, StaticString, StaticString, StaticString, StaticString),
    _ body: (Value?, Value?, Value?, Value?, Value?) -> Result
  ) -> Result {
    bytes.withUnsafeBufferPointer { block in
      var pairs = NameValuePairs(block)
      var values: (Value?, Value?, Value?, Value?, Value?)
      while let pair = pairs.next() {
        if Self.isName(pair.name, names.0) { values.0 = pair.value }
        if Self.isName(pair.name, names.1) { values.1 = pair.value }
        if Self.isName(pair.name, names.2) { values.2 = pair.value }
        if Self.isName(pair.name, names.3) { values.3 = pair.value }
        if Self.isName(pair.name, names.4) { values.4 = pair.value }
      }
      func present(_ value: Value?) -> Value? { value.flatMap { $0.isEmpty ? nil : $0 } }
      return body(
        present(values.0), present(values.1), present(values.2), present(values.3), present(values.4))
    }
  }

  typealias Value = UnsafeBufferPointer<UInt8>

  /// Names of one length often begin alike, and seldom end alike.
  @inline(__always) private static func isName(_ text: Value, _ name: StaticString) -> Bool {
    let length = name.utf8CodeUnitCount
    guard text.count == length, let start = text.baseAddress else { return false }
    return start[length - 1] == name.utf8Start[length - 1] && memcmp(start, name.utf8Start, length) == 0
  }

  /// The same for a name that is known only when the program runs, with a copy of the bytes.
  func value(_ name: String) -> [UInt8]? {
    var value: [UInt8] = []
    forEach { if $0.elementsEqual(name.utf8) { value = Array($1) } }
    return value.isEmpty ? nil : value
  }

  /// What this side asks of every request, from one walk: whether REQUEST_METHOD is HEAD, and the length of the body that
  /// CONTENT_LENGTH announces (RFC 3875, section 4.1.2).
  var methodAndLength: (isHead: Bool, contentLength: Int?) {
    var (isHead, length) = (false, Int?.none)
    forEach { name, value in
      if Self.isName(name, "REQUEST_METHOD") { isHead = Self.isName(value, "HEAD") }
      if Self.isName(name, "CONTENT_LENGTH") { length = Self.length(value) }
    }
    return (isHead, length)
  }

  /// Nil where it is empty or no number: Caddy 2.6 sends -1 with a body in chunks. More than an Int holds is more than any body
  /// has.
  private static func length(_ text: Value) -> Int? {
    guard !text.isEmpty, text.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(String(decoding: text, as: UTF8.self)) ?? .max
  }

  /// Calls `body` with each name and value in order.
  @inline(__always) func forEach(_ body: (_ name: Value, _ value: Value) -> Void) {
    bytes.withUnsafeBufferPointer { block in
      var pairs = NameValuePairs(block)
      while let pair = pairs.next() { body(pair.name, pair.value) }
    }
  }
}
