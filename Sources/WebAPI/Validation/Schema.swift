/// A type with one declaration of how it travels: what is required of input, what output holds, what is documented.
///
///     struct GroupCreate: Schema {
///       let title: String
///       let limit: Int32
///
///       static let schema = ObjectSchema<GroupCreate>(
///         "GroupCreate", GroupCreate.init,
///         Field("title", \.title, .string(minimumLength: 1)),
///         Field("limit", \.limit, .integer, default: 10))
///     }
public protocol Schema: JSONBody, FieldValue {
  /// The declaration.
  static var schema: ObjectSchema<Self> { get }
}

/// Appends members of a model, each with a comma. It takes a pointer because a stored closure gets a value by way of a copy.
private typealias MemberWriter<Model> = @Sendable (UnsafePointer<Model>, inout JSONWriter) -> Void

/// A field of a schema: its name in JSON, where its value stands in Swift, how it travels, and what holds without it.
public struct Field<Model, Value>: Sendable {
  let name: String
  let property: any KeyPath<Model, Value> & Sendable
  let codec: Codec<Value>
  /// Without ``absent``'s.
  let document: JSONValue
  fileprivate let place: FieldPlace
  /// The value of a field that is absent; without it the field is required.
  fileprivate let absent: (@Sendable () -> Value)?
  /// That value, as the documentation has it.
  fileprivate var defaultDocument: JSONValue?
  /// Whether it is none that clients get or send.
  fileprivate var isHidden = false
  /// Appends the member and a comma.
  fileprivate let write: MemberWriter<Model>

  private init(
    _ name: String, _ property: any KeyPath<Model, Value> & Sendable, _ codec: Codec<Value>,
    absent: (@Sendable () -> Value)?, isWritten: (@Sendable (Value) -> Bool)? = nil
  ) {
    (self.name, self.property) = (name, property)
    place = FieldPlace(name, property)
    self.codec = codec
    self.absent = absent
    var writer = JSONWriter()
    writer.string(name)
    writer.raw(":")
    let member = Member(key: writer.bytes, encode: codec.encode, isWritten: isWritten)
    if let offset = MemoryLayout<Model>.offset(of: property) {
      // A stored property is read where it lies, since a key path's own way to it takes a hundred times as long.
      // Unsafe, and what `offset(of:)` is for: at this offset there is a value of the property's type.
      write = { member.write((UnsafeRawPointer($0) + offset).assumingMemoryBound(to: Value.self).pointee, &$1) }
    } else {
      write = { member.write($0.pointee[keyPath: property], &$1) }
    }
    var document = codec.document
    if document["$ref"] == nil { document["title"] = .string(Naming.title(name)) }
    self.document = document
  }

  /// How a member is written: `"name":value,`.
  private struct Member: Sendable {
    let key: [UInt8]
    let encode: @Sendable (Value, inout JSONWriter) -> Void
    let isWritten: (@Sendable (Value) -> Bool)?

    @inline(__always) func write(_ value: Value, _ writer: inout JSONWriter) {
      if let isWritten, !isWritten(value) { return }
      writer.raw(key)
      encode(value, &writer)
      writer.byte(",")
    }
  }

  /// A required field.
  public init(_ name: String, _ property: any KeyPath<Model, Value> & Sendable, _ codec: Codec<Value>) {
    self.init(name, property, codec, absent: nil)
  }

  /// A required field, as its type is written; see ``FieldValue``.
  public init(_ name: String, _ property: any KeyPath<Model, Value> & Sendable) where Value: FieldValue {
    self.init(name, property, Value.codec, absent: nil)
  }

  /// A field that may be absent from input, where `value` holds then.
  public init(
    _ name: String, _ property: any KeyPath<Model, Value> & Sendable, _ codec: Codec<Value>, default value: Value
  ) where Value: Sendable {
    self.init(name, property, codec, absent: { value })
    var writer = JSONWriter()
    codec.encode(value, &writer)
    let document = try? JSONParser.parse(writer.bytes)
    defaultDocument = document == .null ? nil : document  // as FastAPI has it
  }

  /// A field that may be absent from input, as its type is written.
  public init(_ name: String, _ property: any KeyPath<Model, Value> & Sendable, default value: Value)
  where Value: FieldValue {
    self.init(name, property, Value.codec, default: value)
  }

  /// A field that may be absent, which is nil then; null is no value of it. Output leaves it out where it is nil.
  public init<Wrapped>(
    _ name: String, _ property: any KeyPath<Model, Value> & Sendable, optional codec: Codec<Wrapped>
  ) where Value == Wrapped? {
    let optional = Codec<Value>(
      document: codec.document, schemas: codec.schemas,
      decode: { codec.decode($0, &$1).map(Optional.some) }, encode: codec.encodeOrNull)
    self.init(name, property, optional, absent: { nil }, isWritten: { $0 != nil })
  }

  /// The field as one that clients neither get nor send; its name is only for messages.
  package var hidden: Field {
    var field = self
    field.isHidden = true
    return field
  }

  /// A value that it can have, as far as one is known.
  var sample: Value? { absent?() ?? Scalars.sample(of: Value.self) }

  fileprivate func read(_ object: JSONObject, _ validation: inout Validation) -> Value? {
    if let input = object[name], !isHidden {
      return validation.within(.key(name)) { codec.decode(input, &$0) }
    }
    if let absent { return absent() }
    validation.report(.missing(.object(object), location: [.key(name)]))
    return nil
  }
}

/// The declaration of an object: its name in the documentation, how its Swift value is made, and its fields in order.
public struct ObjectSchema<Model>: Sendable {
  let document: SchemaDocument
  /// Schemas that the fields refer to.
  let schemas: [SchemaDocument]
  /// The fields, each by itself.
  let parts: [SchemaPart<Model>]
  /// Of an object that came, or of samples.
  private let make: @Sendable (JSONObject?, inout Validation) -> Model?
  private let write: MemberWriter<Model>

  /// A schema whose fields are the parameters of `make`, in the same order. Two fields of one type have to be in the order in
  /// which the struct declares them, too: where they are not, ``API/problems()`` says so.
  public init<each Value>(
    _ name: String, _ make: @escaping @Sendable (repeat each Value) -> Model,
    _ fields: repeat Field<Model, each Value>
  ) {
    self.make = { object, validation in
      guard let object else { return try? make(repeat unwrap((each fields).sample)) }
      let known = validation.errors.count
      let values = (repeat (each fields).read(object, &validation))
      guard validation.errors.count == known else { return nil }
      return try? make(repeat unwrap(each values))
    }
    var properties: JSONValue = [:]
    var required: [JSONValue] = []
    var schemas: [SchemaDocument] = []
    var places: [FieldPlace] = []
    var write: MemberWriter<Model> = { _, _ in }
    var parts: [SchemaPart<Model>] = []
    for field in repeat each fields {
      places.append(field.place)
      if field.isHidden { continue }
      properties[field.name] = field.document
      properties[field.name]?["default"] = field.defaultDocument
      if field.absent == nil { required.append(.string(field.name)) }
      schemas += field.codec.schemas
      parts.append(SchemaPart(field))
      write = Self.inOrder(write, field.write)
    }
    document = SchemaDocument(
      name: name, document: Self.document(name, properties, required), problems: FieldOrder.problems(of: places))
    (self.schemas, self.parts, self.write) = (schemas, parts, write)
  }

  /// A schema whose fields are no longer known by their types.
  init(
    _ document: SchemaDocument, _ schemas: [SchemaDocument],
    make: @escaping @Sendable (JSONObject?, inout Validation) -> Model?,
    write: @escaping @Sendable (UnsafePointer<Model>, inout JSONWriter) -> Void
  ) {
    (self.document, self.schemas, self.make, self.write, parts) = (document, schemas, make, write, [])
  }

  /// The description of an object.
  static func document(_ title: String, _ properties: JSONValue, _ required: [JSONValue]) -> JSONValue {
    var document: JSONValue = ["properties": properties, "type": "object"]
    if !required.isEmpty { document["required"] = .array(required) }
    document["title"] = .string(title)
    return document
  }

  /// Both, one after the other. All fields become one closure, since walking a parameter pack costs a look-up of type
  /// metadata for each field of each value, and walking an array keeps and lets go of each closure.
  private static func inOrder(_ first: @escaping MemberWriter<Model>, _ second: @escaping MemberWriter<Model>)
    -> MemberWriter<Model>
  {
    {
      first($0, &$1)
      second($0, &$1)
    }
  }

  /// How another part of the document refers to this one.
  var reference: JSONValue { ["$ref": .string("#/components/schemas/\(document.name)")] }

  func decode(_ input: JSONValue, _ validation: inout Validation) -> Model? {
    guard case .object(let object) = input else {
      let message = "Input should be a valid dictionary or object to extract fields from"
      validation.report(ValidationError("model_attributes_type", message, input: input))
      return nil
    }
    return make(object, &validation)
  }

  /// A model of its fields' samples; nil where a field has none.
  var sample: Model? {
    var validation = Validation()
    return make(nil, &validation)
  }

  func encode(_ model: Model, _ writer: inout JSONWriter) {
    writer.byte("{")
    // Valid during the call, in which the fields are read.
    withUnsafePointer(to: model) { write($0, &writer) }
    writer.end(with: "}")
  }
}

/// A value that validation has found to be missing although no error was reported; it cannot happen, and must not trap.
private struct NotValidated: Error {}

func unwrap<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw NotValidated() }
  return value
}
