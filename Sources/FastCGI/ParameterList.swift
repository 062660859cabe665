internal import Glibc

/// The parameters of a request in one block of memory: name-value pairs as FastCGI sends them (section 3.4).
struct ParameterList: Sendable {
  private let bytes: [UInt8]
  private let usual: UsualParameters

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
    self.init(bytes)
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
    self.init(bytes)
  }

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    usual = bytes.withUnsafeBufferPointer { UsualParameters($0) }
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
        if pair.name.spells(name) { value = pair.value }
      }
      return value.flatMap { $0.isEmpty ? nil : body($0) }
    }
  }

  /// Gives `body` the bytes of what a request is about, each as `withValue` finds it.
  @inline(__always) func withTarget<Result>(
    _ body: (_ method: Value?, _ uri: Value?, _ scriptName: Value?, _ path: Value?, _ type: Value?) -> Result
  ) -> Result {
    bytes.withUnsafeBufferPointer { block in
      func value(_ place: UsualParameters.Place) -> Value? { place.isEmpty ? nil : Value(rebasing: block[place]) }
      let (method, uri, type) = (value(usual.method), value(usual.uri), value(usual.contentType))
      return body(method, uri, value(usual.scriptName), value(usual.pathInfo), type)
    }
  }

  typealias Value = UnsafeBufferPointer<UInt8>

  /// The same for a name that is known only when the program runs, with a copy of the bytes.
  func value(_ name: String) -> [UInt8]? {
    var value: [UInt8] = []
    forEach { if $0.elementsEqual(name.utf8) { value = Array($1) } }
    return value.isEmpty ? nil : value
  }

  /// Whether REQUEST_METHOD is HEAD.
  var isHead: Bool {
    bytes.withUnsafeBufferPointer { Value(rebasing: $0[usual.method]).spells("HEAD") }
  }

  /// The length of the body that CONTENT_LENGTH announces (RFC 3875, section 4.1.2).
  var contentLength: Int? {
    if usual.contentLength.isEmpty { return nil }
    return bytes.withUnsafeBufferPointer { Self.length(Value(rebasing: $0[usual.contentLength])) }
  }

  /// Nil where it is no number: Caddy 2.6 sends -1 with a body in chunks. More than an Int holds is more than any body
  /// has.
  private static func length(_ text: Value) -> Int? {
    guard text.allSatisfy({ (48...57).contains($0) }) else { return nil }
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
