/// Where a field's value lies in its struct.
struct FieldPlace {
  let name: String
  /// The type of the value; only values of one type can be taken for each other.
  let type: ObjectIdentifier
  /// In bytes; nil where the property is computed or the value takes no room.
  let offset: Int?

  init<Model, Value>(_ name: String, _ property: any KeyPath<Model, Value> & Sendable) {
    self.init(
      name, ObjectIdentifier(Value.self),
      offset: MemoryLayout<Value>.size == 0 ? nil : MemoryLayout<Model>.offset(of: property))
  }

  init(_ name: String, _ type: ObjectIdentifier, offset: Int?) {
    (self.name, self.type, self.offset) = (name, type, offset)
  }
}

/// Mistakes in the order of a schema's fields that the compiler cannot see, because the fields are of one type.
///
/// The values are handed to the initializer by position, and a memberwise initializer takes them in the order in which the
/// struct declares them, which is that of their offsets. A field that lies before an earlier one of its type would get the
/// other's value. An initializer of your own with another order is taken for the same mistake; declare the properties in
/// its order.
enum FieldOrder {
  static func problems(of fields: [FieldPlace]) -> [String] {
    repetitions(fields) + fields.indices.flatMap { index in problems(of: fields[index], behind: fields[..<index]) }
  }

  private static func repetitions(_ fields: [FieldPlace]) -> [String] {
    fields.map(\.name).repeated.map { "the field \"\($0)\" is there more than once" }
  }

  /// With the last of its type that is not where it belongs.
  private static func problems(of field: FieldPlace, behind others: ArraySlice<FieldPlace>) -> [String] {
    guard let offset = field.offset else { return [] }
    let wrong = others.last { $0.type == field.type && $0.offset.map { $0 >= offset } == true }
    guard let wrong else { return [] }
    if wrong.offset == offset { return ["the fields \"\(wrong.name)\" and \"\(field.name)\" are the same property"] }
    return [
      "the field \"\(field.name)\" comes behind \"\(wrong.name)\", but the struct declares it before; it would get another "
        + "one's value"
    ]
  }
}

extension Sequence where Element: Hashable {
  /// What is there more than once, each once, in the order of the repetitions.
  var repeated: [Element] {
    var counts: [Element: Int] = [:]
    return filter { element in
      counts[element, default: 0] += 1
      return counts[element] == 2
    }
  }
}
