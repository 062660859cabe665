// Declarations that are wrong, for the compiler to say so in words: it would name two types that look the same, or the line
// of another field. None of this can be called.

extension Field {
  /// For an optional property, the codec of a value that is there.
  @available(
    *, unavailable,
    message: "the property is optional: 'optional:' if the field may be absent, '.nullable(…)' if it may be null"
  )
  public init<Wrapped>(
    _ name: String, _ property: any KeyPath<Model, Value> & Sendable, _ codec: Codec<Wrapped>
  ) where Value == Wrapped? { fatalError() }

  /// A field without a codec, whose type does not say how it travels.
  @available(*, unavailable, message: "a field needs a codec that says how its value travels, such as '.string'")
  public init(_ name: String, _ property: any KeyPath<Model, Value> & Sendable) { fatalError() }
}

extension ObjectSchema {
  /// Fields of other types than the initializer's parameters.
  @available(
    *, unavailable,
    message: "the fields are not the initializer's parameters: one is missing, of another type, or elsewhere"
  )
  public init<each Value, each Parameter>(
    _ name: String, _ make: @escaping @Sendable (repeat each Parameter) -> Model,
    _ fields: repeat Field<Model, each Value>
  ) { fatalError() }
}
