internal import PostgreSQL
public import WebAPI

/// What an operation answers where a write violates a constraint, by the constraint's name.
///
/// ```swift
/// Operation(
///   .post, "/groups/", "create_group", Inputs(Body<GroupCreate>(), session), returns: GroupOut.self,
///   translating: Violations([
///     "ix_groups_title": HTTPError(409, "Title already exists"),
///     "groups_owner_id_fkey": ValidationError("value_error", "Owner not found", location: ["body", "owner_id"]),
///   ])
/// ) { … }
/// ```
///
/// Constraints are unique indexes, foreign keys, CHECK and EXCLUDE, also those that are deferred to the COMMIT; what a trigger
/// names (`RAISE … USING CONSTRAINT`) counts as one. A column that is NOT NULL has no name: it is `table.column`. PostgreSQL tells
/// names without their table: let those be different that shall have different answers. Of a partitioned table it names the
/// partition's index.
///
/// What is not named here is answered as the database's refusals are: see ``Refusal``. The log gets a line then, with the
/// constraint's name.
public struct Violations: ErrorTranslation {
  /// Each answer once, and those of ``Refusal``; the documentation has that of validation for all.
  public let errors: [HTTPError]
  /// The names that have an answer.
  let names: [String]
  private let answers: [String: any AnsweringError]

  /// The answer for each constraint.
  public init(_ answers: KeyValuePairs<String, any AnsweringError>) {
    names = answers.map(\.key)
    self.answers = Dictionary(answers.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    errors = (answers.compactMap { $0.value as? HTTPError } + Refusal.errors).reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
  }

  /// That of the constraint which the error names, if it is about one.
  public func answer(to error: any Error) -> (any AnsweringError)? {
    guard case DatabaseError.server(let error) = error, .integrityConstraintViolation ~= error.sqlState else {
      return nil
    }
    return error.violated.flatMap { answers[$0] }
  }
}

extension ServerError {
  /// The constraint's name; of NOT NULL, which has none, the column's with its table.
  fileprivate var violated: String? {
    if let constraint { return constraint }
    guard sqlState == .notNullViolation, let table, let column else { return nil }
    return "\(table).\(column)"
  }
}
