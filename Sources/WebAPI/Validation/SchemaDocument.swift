/// A schema as OpenAPI lists it under `components`.
public struct SchemaDocument: Hashable, Sendable {
  let name: String
  let document: JSONValue
  /// What is wrong with its declaration; see ``API/problems()``.
  let problems: [String]

  /// A schema of this name.
  public init(name: String, document: JSONValue) {
    self.init(name: name, document: document, problems: [])
  }

  init(name: String, document: JSONValue, problems: [String]) {
    (self.name, self.document, self.problems) = (name, document, problems)
  }
}
