/// A JSON value as it was read: numbers keep what Python would keep of them, objects the order of their keys.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// An integer beyond 64 bits, by its canonical digits.
  case bigInteger(String)
  /// A number with a fraction or an exponent; infinite where it does not fit, as in Python.
  case number(Double)
  case string(String)
  /// A string that held half a surrogate pair, which no UTF-8 text can carry; U+FFFD stands for it.
  case malformedString(String)
  case array([JSONValue])
  case object(JSONObject)
}

/// The members of a JSON object in the order in which their keys came first; of a repeated key the last value counts.
public struct JSONObject: Hashable, Sendable {
  /// A key, equal to another only byte by byte; Swift's own equality would take É and E + ´ for the same.
  struct Key: Hashable, Sendable {
    let text: String

    static func == (left: Key, right: Key) -> Bool {
      guard left.text.utf8.count == right.text.utf8.count else { return false }
      // Every string of Swift's own, as all are here, has its bytes in one piece; `withUTF8` would want copies of both.
      return left.text.utf8.withContiguousStorageIfAvailable { left in
        right.text.utf8.withContiguousStorageIfAvailable { left.equals($0) } == true
      } == true
    }

    func hash(into hasher: inout Hasher) {
      var text = text
      text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  struct Member: Hashable, Sendable {
    let key: Key
    var value: JSONValue
  }

  /// From here on a table finds a key; a handful is found faster by looking.
  private static let tableThreshold = 16

  private(set) var members: [Member] = []
  private var positions: [Key: Int] = [:]

  /// An object without members.
  public init() {}

  /// The value of `key`, or nil where there is none.
  public subscript(key: String) -> JSONValue? {
    position(of: Key(text: key)).map { members[$0].value }
  }

  /// Adds a member, or replaces the value of the one that has this key.
  public mutating func set(_ key: String, _ value: JSONValue) {
    let key = Key(text: key)
    let position = claimedPosition(of: key)
    if position < members.count {
      members[position].value = value
    } else {
      members.append(Member(key: key, value: value))
      if members.count == Self.tableThreshold {
        for (position, member) in members.enumerated() { positions[member.key] = position }
      }
    }
  }

  /// Where the key is, else the end, which becomes its place: in the table that is one search and not two.
  private mutating func claimedPosition(of key: Key) -> Int {
    guard members.count >= Self.tableThreshold else { return position(of: key) ?? members.count }
    return { $0 }(&positions[key, default: members.count])
  }

  private func position(of key: Key) -> Int? {
    members.count < Self.tableThreshold ? members.firstIndex { $0.key == key } : positions[key]
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  /// An object; keys keep the order in which they are written.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    var object = JSONObject()
    for (key, value) in elements { object.set(key, value) }
    self = .object(object)
  }
}

extension JSONValue {
  /// The member of an object, nil of anything else; setting makes an object of anything else.
  public subscript(key: String) -> JSONValue? {
    get {
      guard case .object(let object) = self else { return nil }
      return object[key]
    }
    set {
      guard let newValue else { return }
      var object = if case .object(let object) = self { object } else { JSONObject() }
      object.set(key, newValue)
      self = .object(object)
    }
  }
}
