/// What an error repeats of a client's input: all of it, or where that is too long its beginning, which is JSON as well.
extension JSONWriter {
  /// How much of a value was written.
  private enum Extent {
    case whole, beginning, nothing
  }

  /// Writes as much of `value` as there is `room` for in bytes, and takes it off. A string ends behind a character then,
  /// an array or object behind an element or member; null stands for what does not even begin. Nothing has room
  /// behind that, so what errors repeat costs no more than the room that they share.
  ///
  /// FastAPI's encoder drops keys that begin with `_sa` (SQLAlchemy's own attributes). They take a byte of the room, since
  /// it takes time to drop them.
  mutating func excerpt(of value: JSONValue, room: inout Int) {
    switch beginning(of: value, &room) {
    case .whole: return
    case .beginning: break
    case .nothing: raw("null")
    }
    room = 0
  }

  private mutating func beginning(of value: JSONValue, _ room: inout Int) -> Extent {
    switch value {
    case .string(let text), .malformedString(let text): return beginning(of: text, &room)
    case .array(let elements): return list("[", elements, "]", &room) { $0.beginning(of: $1, &$2) }
    case .object(let object): return list("{", object.members, "}", &room) { $0.beginning(of: $1, &$2) }
    case .null, .bool, .integer, .bigInteger, .number:
      let start = count
      self.value(value)
      room -= count - start
      if room >= 0 { return .whole }
      takeBack(to: start)
      return .nothing
    }
  }

  /// Each element has room for the comma or bracket behind it.
  private mutating func list<Element>(
    _ opening: Unicode.Scalar, _ elements: [Element], _ closing: Unicode.Scalar, _ room: inout Int,
    _ write: (inout JSONWriter, Element, inout Int) -> Extent
  ) -> Extent {
    guard room >= 2 else { return .nothing }
    byte(opening)
    room -= elements.isEmpty ? 2 : 1
    var extent = Extent.whole
    for element in elements {
      let start = count
      room -= 1
      extent = room < 0 ? .nothing : write(&self, element, &room)
      if count > start { byte(",") }
      if extent != .whole { break }
    }
    end(with: closing)
    return extent == .whole ? .whole : .beginning
  }

  private mutating func beginning(of member: JSONObject.Member, _ room: inout Int) -> Extent {
    let key = member.key.text
    if key.utf8.starts(with: "_sa".utf8) { return .whole }
    guard key.utf8.count < room else { return .nothing }
    let start = count
    string(key)
    byte(":")
    room -= count - start
    let extent = beginning(of: member.value, &room)
    if extent == .nothing { takeBack(to: start) }
    return extent
  }

  private mutating func beginning(of text: String, _ room: inout Int) -> Extent {
    guard room >= 2 else { return .nothing }
    let length = Self.length(of: text, within: room - 2)
    let (isWhole, start) = (length == text.utf8.count, count)
    string(isWhole ? text : String(decoding: text.utf8.prefix(length), as: UTF8.self))
    room -= count - start
    return isWhole ? .whole : .beginning
  }

  /// How many bytes of whole characters fit into so many when they are escaped.
  private static func length(of text: String, within room: Int) -> Int {
    var text = text
    return text.withUTF8 { bytes in
      var (length, width) = (0, 0)
      while length < bytes.count {
        width += escapedLength(bytes[length])
        if width > room { break }
        length += 1
      }
      while length > 0, length < bytes.count, bytes[length] & 0xC0 == 0x80 { length -= 1 }
      return length
    }
  }
}
