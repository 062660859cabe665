internal import Glibc

/// Where those parameters' values lie that every request is asked for (RFC 3875, section 4.1; REQUEST_URI is the web servers' own),
/// from one walk over all of them. Of several of one name it is the last, and an empty one is none: see `ParameterList`.
struct UsualParameters: Sendable {
  typealias Value = UnsafeBufferPointer<UInt8>

  /// Empty where there is no value.
  typealias Place = Range<Int>

  private(set) var method = 0..<0
  private(set) var uri = 0..<0
  private(set) var scriptName = 0..<0
  private(set) var pathInfo = 0..<0
  private(set) var contentType = 0..<0
  private(set) var contentLength = 0..<0

  init(_ block: Value) {
    var pairs = NameValuePairs(block)
    while let (name, value) = pairs.next() {
      let end = block.count - pairs.rest.count
      let place = (end - value.count)..<end
      switch name.count {
      case 9: if name.spells("PATH_INFO") { pathInfo = place }
      case 11:
        if name.spells("REQUEST_URI") { uri = place }
        if name.spells("SCRIPT_NAME") { scriptName = place }
      case 12: if name.spells("CONTENT_TYPE") { contentType = place }
      case 14:
        if name.spells("REQUEST_METHOD") { method = place }
        if name.spells("CONTENT_LENGTH") { contentLength = place }
      default: break
      }
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether these are its bytes. Names of one length often begin alike, and seldom end alike.
  @inline(__always) package func spells(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard count == length, length > 0, let start = baseAddress else { return false }
    return start[length - 1] == text.utf8Start[length - 1] && memcmp(start, text.utf8Start, length) == 0
  }
}
