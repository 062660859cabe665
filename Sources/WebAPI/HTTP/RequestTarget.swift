/// The parts of a request's target (RFC 9112, section 3.2): its path, decoded, its query, and in the absolute form its host.
struct RequestTarget {
  let path: String
  let query: String
  /// What stands in place of the field Host then (section 3.2.2); it may be no host at all.
  let authority: String?
  let isASCII: Bool

  init(path: String, query: String) {
    (self.path, self.query, authority, isASCII) = (path, query, nil, true)
  }

  init(_ target: UnsafeBufferPointer<UInt8>) {
    // Most targets are a plain path.
    let isPlain = target.allSatisfy { $0 >= UInt8(ascii: "&") && $0 < 0x80 && $0 != UInt8(ascii: "?") }
    if isPlain, target.first == UInt8(ascii: "/") {
      self.init(path: String(decoding: target, as: UTF8.self), query: "")
    } else {
      self.init(parsing: target)
    }
  }

  private init(parsing target: UnsafeBufferPointer<UInt8>) {
    let rest = Self.authority(of: target).map { target[$0.upperBound...] } ?? target[...]
    let queryEnd = rest.firstIndex(of: UInt8(ascii: "#")) ?? rest.endIndex
    let pathEnd = rest[..<queryEnd].firstIndex(of: UInt8(ascii: "?")) ?? queryEnd
    let path = PercentEncoding.decode(String(decoding: rest[..<pathEnd], as: UTF8.self))
    authority = Self.authority(of: target).map { String(decoding: target[$0], as: UTF8.self) }
    self.path = path.isEmpty && authority != nil ? "/" : path
    query = String(decoding: rest[pathEnd..<queryEnd].dropFirst(), as: UTF8.self)
    isASCII = target.allSatisfy { $0 < 0x80 }
  }

  /// Where the authority stands if the target has the absolute form: behind a scheme, which is letters to uvicorn and nginx,
  /// and `://`. The scheme itself is not looked at: what the client speaks, the web server knows.
  private static func authority(of target: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    let scheme = target.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
    let start = scheme.endIndex + 3
    guard !scheme.isEmpty, start <= target.count, target[scheme.endIndex..<start].elementsEqual("://".utf8) else {
      return nil
    }
    return start..<(target[start...].firstIndex { "/?#".utf8.contains($0) } ?? target.endIndex)
  }
}
