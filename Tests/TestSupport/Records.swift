/// Streams as a web server sends them, and as one that goes wrong does.
package enum Records {
  package static func record(
    _ type: UInt8, _ content: [UInt8] = [], id: Int = 1, padding: Int = 0, version: UInt8 = 1
  )
    -> [UInt8]
  {
    let header = [
      version, type, UInt8(id >> 8), UInt8(id & 255), UInt8(content.count >> 8), UInt8(content.count & 255),
    ]
    return header + [UInt8(padding), 0] + content + [UInt8](repeating: 0xEE, count: padding)
  }

  package static func begin(id: Int = 1, role: UInt8 = 1, keep: Bool = true, padding: Int = 0) -> [UInt8] {
    record(1, [0, role, keep ? 1 : 0, 0, 0, 0, 0, 0], id: id, padding: padding)
  }

  package static func pair(_ name: String, _ value: String) -> [UInt8] {
    length(name.utf8.count) + length(value.utf8.count) + Array(name.utf8) + Array(value.utf8)
  }

  package static func length(_ length: Int) -> [UInt8] {
    length < 128
      ? [UInt8(length)]
      : [UInt8(length >> 24) | 0x80, UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255)]
  }

  /// A stream of `type` in records of at most `size` bytes, with its end.
  package static func stream(_ type: UInt8, _ content: [UInt8], id: Int = 1, size: Int = 32 << 10, padding: Int = 0)
    -> [UInt8]
  {
    var records: [UInt8] = []
    var rest = content[...]
    while !rest.isEmpty {
      records += record(type, Array(rest.prefix(size)), id: id, padding: padding)
      rest = rest.dropFirst(size)
    }
    return records + record(type, [], id: id)
  }

  package static func request(
    _ parameters: [(String, String)] = [("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/")], body: [UInt8] = [],
    id: Int = 1, keep: Bool = true
  ) -> [UInt8] {
    begin(id: id, keep: keep) + stream(4, parameters.flatMap { pair($0.0, $0.1) }, id: id) + stream(5, body, id: id)
  }

  package static func post(_ body: [UInt8], keep: Bool = true) -> [UInt8] {
    let length = String(body.count)
    return request(
      [("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/"), ("CONTENT_LENGTH", length)], body: body, keep: keep)
  }

  package static func getValues(_ names: [String]) -> [UInt8] {
    record(9, names.flatMap { pair($0, "") }, id: 0)
  }
}
