/// What the field traceparent says (W3C Trace Context, section 3.2): which trace a request belongs to. A value that is not exactly as
/// the specification wants it says nothing.
public struct TraceParent: Hashable, Sendable {
  /// 32 digits, not all of them zero.
  public let traceID: String
  /// 16 digits, not all of them zero: the caller's part of the trace.
  public let parentID: String
  /// Whether the caller may have recorded its part.
  public let isSampled: Bool

  /// Of version 00, and of higher ones what they have in common with it (section 4.3).
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 55, [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else { return nil }
    let (version, trace, parent, flags) = (bytes[0..<2], bytes[3..<35], bytes[36..<52], bytes[53..<55])
    guard [version, trace, parent, flags].allSatisfy({ $0.allSatisfy(Self.isDigit) }) else { return nil }
    let isFirst = version.elementsEqual("00".utf8)
    guard bytes.count == 55 || !isFirst && bytes[55] == UInt8(ascii: "-"), !version.elementsEqual("ff".utf8) else {
      return nil
    }
    guard [trace, parent].allSatisfy({ $0.contains { $0 != UInt8(ascii: "0") } }) else { return nil }
    traceID = String(decoding: trace, as: UTF8.self)
    parentID = String(decoding: parent, as: UTF8.self)
    isSampled = UInt8(String(decoding: flags, as: UTF8.self), radix: 16).map { $0 & 1 == 1 } ?? false
  }

  /// Hexadecimal, in lower case.
  private static func isDigit(_ byte: UInt8) -> Bool {
    byte.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
