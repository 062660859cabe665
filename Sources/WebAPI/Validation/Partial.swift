/// Any of the fields of a schema, each as the schema has it: what PATCH takes. A field that is absent is left alone, and null is a
/// value of those that may be null. What pydantic has as a second model, all of whose fields are optional.
///
/// ```swift
/// Operation(
///   .patch, "/groups/{group_id}", "update_group", Inputs(id, Body<Partial<GroupCreate>>(), session), returns: GroupOut.self
/// ) { id, changes, session in
///   if let title = changes[\.title] { … }
/// }
/// ```
///
/// The documentation calls it `Partial[GroupCreate]`, as FastAPI calls what a generic model becomes, or what `partial(named:)` says.
public struct Partial<Whole: Schema>: Schema {
  /// A field, and what was sent.
  package struct Member: @unchecked Sendable {  // The value is one of a property of `Whole`, which is Sendable.
    package let name: String
    package let type: Any.Type
    let property: AnyKeyPath
    /// Nil where it was not.
    package let value: Any?
  }

  /// All fields, in their order.
  package let members: [Member]

  /// That of the whole, without what it requires and what holds without a field.
  public static var schema: ObjectSchema<Partial> { Whole.schema.partial }

  /// What was sent for a property; nil where nothing was. Of an optional property, which may be null, a null is `.some(nil)`.
  public subscript<Value>(property: KeyPath<Whole, Value>) -> Value? {
    guard let value = members.first(where: { $0.property == property })?.value else { return nil }
    return value as? Value
  }
}

extension ObjectSchema where Model: Schema {
  /// A schema of which any fields may be absent, with FastAPI's name for what a generic model becomes.
  public var partial: ObjectSchema<Partial<Model>> {
    partial("Partial_\(document.name)_", "Partial[\(document.name)]")
  }

  /// The same with another name for the documentation: `Body(GroupCreate.schema.partial(named: "GroupUpdate"))`.
  public func partial(named name: String) -> ObjectSchema<Partial<Model>> {
    partial(name, name)
  }

  private func partial(_ name: String, _ title: String) -> ObjectSchema<Partial<Model>> {
    var properties: JSONValue = [:]
    for part in parts { properties[part.name] = part.document }
    let document = ObjectSchema<Partial<Model>>.document(title, properties, [])
    return ObjectSchema<Partial<Model>>(
      SchemaDocument(name: name, document: document), schemas
    ) { object, validation in
      let known = validation.errors.count
      let members = parts.map { $0.member(object, &validation) }
      return validation.errors.count == known ? Partial(members: members) : nil
    } write: { partial, writer in
      for (part, member) in zip(parts, partial.pointee.members) { part.write(member, &writer) }
    }
  }
}

/// A field of a schema by itself.
struct SchemaPart<Model>: Sendable {
  let name: String
  let document: JSONValue
  private let property: any AnyKeyPath & Sendable
  private let type: Any.Type
  private let read: @Sendable (JSONValue, inout Validation) -> Any?
  private let sample: @Sendable () -> Any?
  private let encode: @Sendable (Any, inout JSONWriter) -> Void

  init<Value>(_ field: Field<Model, Value>) {
    (name, document, property, type) = (field.name, field.document, field.property, Value.self)
    read = { field.codec.decode($0, &$1) }
    sample = { field.sample }
    encode = { value, writer in
      if let value = value as? Value { field.codec.encode(value, &writer) }
    }
  }
}

extension SchemaPart where Model: Schema {
  /// What an object has of it; without an object a sample.
  func member(_ object: JSONObject?, _ validation: inout Validation) -> Partial<Model>.Member {
    let input = object?[name]
    let value =
      object == nil ? sample() : input.flatMap { input in validation.within(.key(name)) { read(input, &$0) } }
    return Partial.Member(name: name, type: type, property: property, value: value)
  }

  /// Appends the member and a comma, if there is one.
  func write(_ member: Partial<Model>.Member, _ writer: inout JSONWriter) {
    guard let value = member.value else { return }
    writer.string(name)
    writer.raw(":")
    encode(value, &writer)
    writer.byte(",")
  }
}
