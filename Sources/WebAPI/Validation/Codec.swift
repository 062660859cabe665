/// How a type travels in JSON: how it is validated and read, how it is written, and what the documentation says of it.
///
/// A schema's fields name their codecs: `.string`, `.email`, `.integer`, `.array(.string)`, another schema's `.object`.
public struct Codec<Value>: Sendable {
  /// Reads a value, or reports what is wrong with it and returns nil.
  let decode: @Sendable (JSONValue, inout Validation) -> Value?
  /// Writes a value.
  let encode: @Sendable (Value, inout JSONWriter) -> Void
  /// Writes a value, or null. A codec that knows its type has one of its own: it writes the value where it lies, while one that
  /// does not copies it first.
  let encodeOrNull: @Sendable (Value?, inout JSONWriter) -> Void
  /// The JSON Schema of the type.
  let document: JSONValue
  /// The schemas that `document` refers to.
  let schemas: [SchemaDocument]

  /// A codec of your own.
  public init(
    document: JSONValue, schemas: [SchemaDocument] = [],
    decode: @escaping @Sendable (JSONValue, inout Validation) -> Value?,
    encode: @escaping @Sendable (Value, inout JSONWriter) -> Void
  ) {
    self.init(document: document, schemas: schemas, decode: decode, encode: encode) { value, writer in
      if let value { encode(value, &writer) } else { writer.raw("null") }
    }
  }

  init(
    document: JSONValue, schemas: [SchemaDocument] = [],
    decode: @escaping @Sendable (JSONValue, inout Validation) -> Value?,
    encode: @escaping @Sendable (Value, inout JSONWriter) -> Void,
    encodeOrNull: @escaping @Sendable (Value?, inout JSONWriter) -> Void
  ) {
    self.decode = decode
    self.encode = encode
    self.encodeOrNull = encodeOrNull
    self.document = document
    self.schemas = schemas
  }
}

extension Codec where Value == String {
  /// Text that `decode` reads.
  init(text document: JSONValue, decode: @escaping @Sendable (JSONValue, inout Validation) -> String?) {
    self.init(
      document: document, decode: decode, encode: { $1.string($0) },
      encodeOrNull: { if let text = $0 { $1.string(text) } else { $1.raw("null") } })
  }

  /// Text. NUL and halves of surrogate pairs are refused, because PostgreSQL can store neither.
  public static var string: Codec { string() }

  /// Text of a limited length, in characters as Python counts them (code points).
  public static func string(minimumLength: Int? = nil, maximumLength: Int? = nil) -> Codec {
    let range = LengthRange(minimum: minimumLength, maximum: maximumLength)
    return Codec(text: range.document) { decodeStorableText($0, &$1, within: range) }
  }

  /// Text that can be stored, whatever it says. Its length comes first, as pydantic has it.
  static func decodeStorableText(
    _ input: JSONValue, _ validation: inout Validation, within range: LengthRange = LengthRange()
  ) -> String? {
    guard let text = decodeText(input, &validation), range.check(text, &validation) else { return nil }
    guard text.utf8.contains(0) else { return text }
    validation.report(
      ValidationError(
        "value_error", "Value error, null characters are not allowed", input: input, context: ["error": [:]]))
    return nil
  }

  /// Text that is Unicode, whatever it says.
  static func decodeText(_ input: JSONValue, _ validation: inout Validation) -> String? {
    switch input {
    case .string(let text): return text
    case .malformedString:
      let message = "Input should be a valid string, unable to parse raw data as a unicode string"
      validation.report(ValidationError("string_unicode", message, input: input))
    default:
      validation.report(ValidationError("string_type", "Input should be a valid string", input: input))
    }
    return nil
  }
}

extension Codec where Value: FixedWidthInteger & Sendable {
  /// An integer; numbers without a fraction, numerals and booleans count, as in pydantic's lax mode.
  public static var integer: Codec { integer() }

  /// An integer within bounds; the type's own bounds hold without being asked for.
  public static func integer(minimum: Value? = nil, maximum: Value? = nil) -> Codec {
    let range = IntegerRange(minimum: minimum, maximum: maximum)
    return Codec(document: range.document, within: range)
  }

  /// An integer that a table may hold although it is beyond the bounds of `Documented`, which the documentation names.
  public static func integer<Documented: FixedWidthInteger & Sendable>(documentedAs _: Documented.Type) -> Codec {
    Codec(document: Codec<Documented>.integer.document, within: IntegerRange(minimum: nil, maximum: nil))
  }

  private init(document: JSONValue, within range: IntegerRange<Value>) {
    self.init(
      document: document,
      decode: { input, validation in
        switch IntegerText.parse(input) {
        case .success(let integer): return range.check(integer, input, &validation)
        case .failure(let error):
          validation.report(error)
          return nil
        }
      },
      encode: { $1.integer($0) })
  }
}

extension Codec {
  /// An array whose elements all have this codec.
  public static func array<Element>(_ element: Codec<Element>) -> Codec where Value == [Element] {
    Codec(
      document: ["type": "array", "items": element.document], schemas: element.schemas,
      decode: { input, validation in
        guard case .array(let inputs) = input else {
          validation.report(ValidationError("list_type", "Input should be a valid list", input: input))
          return nil
        }
        let values = inputs.enumerated().map { index, input in
          validation.within(.index(index)) { element.decode(input, &$0) }
        }
        let valid = values.compactMap(\.self)
        return valid.count == values.count ? valid : nil
      },
      encode: { values, writer in writer.array(values) { element.encode($1, &$0) } })
  }

  /// A value that may be null.
  public static func nullable<Wrapped>(_ wrapped: Codec<Wrapped>) -> Codec where Value == Wrapped? {
    Codec(
      document: wrapped.document.orNull, schemas: wrapped.schemas,
      decode: { input, validation in
        if input == .null { return .some(nil) }
        return wrapped.decode(input, &validation).map(Optional.some)
      },
      encode: wrapped.encodeOrNull)
  }

  /// What was stored, for output: documented as `codec` is, and null where a table has no value after all.
  public static func stored<Wrapped>(_ codec: Codec<Wrapped>) -> Codec where Value == Wrapped? {
    Codec(
      document: codec.document, schemas: codec.schemas, decode: { codec.decode($0, &$1).map(Optional.some) },
      encode: codec.encodeOrNull)
  }
}

extension Codec where Value: Schema {
  /// Another schema's object.
  public static var object: Codec {
    Codec(
      document: Value.schema.reference, schemas: [Value.schema.document] + Value.schema.schemas,
      decode: { Value.schema.decode($0, &$1) },
      encode: { Value.schema.encode($0, &$1) })
  }
}

extension JSONValue {
  /// The schema of the same or null: one more choice where there are several already, as pydantic has it.
  var orNull: JSONValue {
    let null: JSONValue = ["type": "null"]
    guard case .object(let object) = self, object.members.count == 1, case .array(let choices)? = object["anyOf"]
    else { return ["anyOf": [self, null]] }
    return ["anyOf": .array(choices + [null])]
  }
}
