extension API {
  /// What is wrong with how the operations and their schemas are declared, a sentence each; empty where all is well. For the
  /// start of a program and its tests: a request does not look.
  ///
  /// Paths and their parameters, what is there twice, statuses that cannot be, schemas of one name that differ, and fields in
  /// another order than their struct's.
  public func problems() -> [String] {
    operations.flatMap(\.problems) + repetitions + Self.problems(of: schemas)
  }

  private var repetitions: [String] {
    let places = operations.map { "\($0.method.rawValue) \($0.template.shape)" }.repeated
    let names = operations.compactMap(\.document?.operationID).repeated
    return places.map { "\($0): several operations are declared for this method and path" }
      + names.map { "several operations have the operationId \($0)" }
  }

  private var schemas: [SchemaDocument] {
    operations.compactMap(\.document).flatMap(\.schemas) + OpenAPIDocument.ownSchemas
  }

  private static func problems(of schemas: [SchemaDocument]) -> [String] {
    var known: [SchemaDocument] = []
    for schema in schemas where !known.contains(schema) { known.append(schema) }
    return known.flatMap { schema in schema.problems.map { "\(schema.name): \($0)" } }
      + known.map(\.name).repeated.map { "\($0): several schemas have this name, and differ" }
  }
}

extension Operation {
  fileprivate var problems: [String] {
    let problems = template.problems + (document.map { template.problems(of: $0) + $0.problems } ?? [])
    return problems.map { "\(label): \($0)" }
  }
}

extension PathTemplate {
  fileprivate var problems: [String] {
    let halves = segments.compactMap { segment -> String? in
      guard case .literal(let text) = segment, text.contains(where: { "{}".contains($0) }) else { return nil }
      return "a parameter is a whole segment, which \(text) is not"
    }
    return (text.first == "/" ? [] : ["the path does not begin with a slash"]) + halves
      + parameters.repeated.map { "the path has {\($0)} more than once" }
  }

  /// An input without its place in the path has no value, and a place without its input is missing in the documentation.
  fileprivate func problems(of document: OperationDocument) -> [String] {
    let inputs = document.parameters.filter { $0.place == "path" }.map(\.name)
    return inputs.filter { !parameters.contains($0) }.map { "the input Path(\"\($0)\") is not in the path" }
      + parameters.filter { !inputs.contains($0) }.map { "no input is the Path(\"\($0)\") of the path" }
  }
}

extension OperationDocument {
  fileprivate var problems: [String] {
    inputProblems + successProblems + errorProblems
  }

  private var inputProblems: [String] {
    parameters.map { "the \($0.place) parameter \"\($0.name)\"" }.repeated.map { "\($0) is there more than once" }
      + (bodies > 1 ? ["there is more than one body"] : [])
  }

  private var successProblems: [String] {
    successes.statuses.filter { !(200...399 ~= $0) }.map { "\($0) is no status of success" }
      + successes.statuses.repeated.map { "the status \($0) is there more than once" }
      + (successes.hasForbiddenBody ? ["an answer with its status has no body, but a body is returned"] : [])
      + successes.headers.filter { !UnsendableField.isToken($0) }.map { "\"\($0)\" is no name of a header field" }
  }

  private var errorProblems: [String] {
    errors.filter { !$0.isError }.map { "HTTPError(\($0.status)) is no error: 400 to 599" }
      + errors.map { "HTTPError(\($0.status), \"\($0.detail)\")" }.repeated.map { "\($0) is there more than once" }
  }
}
