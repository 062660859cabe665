package import PostgreSQL
package import WebAPI

/// How a resource answers when its table refuses a write.
///
/// ```swift
/// static let refusals = Refusals(table: "users", taken: ["email": HTTPError(400, "Email already exists")])
/// do {
///   return try await UserCRUD(session: session).create(user)
/// } catch {
///   throw try await refusals.answer(to: error, session, ["email": user.email])
/// }
/// ```
///
/// What the error itself does not tell is looked up in the catalogue: which columns a constraint or an index is about,
/// whatever its name, and how long their values may be. That costs a statement, and only a request that was refused.
package struct Refusals: Sendable {
  /// A value that the client has sent, by the name of its column and of its field in the body; nil: none.
  package typealias Values = KeyValuePairs<String, String?>

  private let table: String
  private let taken: [String: HTTPError]

  /// For writes to `table`; `taken` has the answers where the unique key is that column alone.
  package init(table: String, taken: KeyValuePairs<String, HTTPError>) {
    self.table = table
    self.taken = Dictionary(taken.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
  }

  /// The answer to what the database has refused, and to anything else the error itself: what is neither the client's fault nor
  /// known more precisely.
  package func answer(
    to error: any Error, _ session: Session, _ values: @autoclosure () -> Values = [:]
  ) async throws(DatabaseError) -> any Error {
    guard case DatabaseError.server(let refusal) = error else { return error }
    return try await explanation(of: refusal, session, values()) ?? error
  }

  private func explanation(
    of error: ServerError, _ session: Session, _ values: Values
  ) async throws(DatabaseError) -> (any Error)? {
    if Refusal(error) == .conflict, error.sqlState == .uniqueViolation {
      let columns = try await session.columns(concernedBy: error, of: table)
      return columns.count == 1 ? columns.first.flatMap { taken[$0] } : nil
    }
    let errors = try await validationErrors(of: error, session, values)
    return errors.isEmpty ? nil : Refused(error, RequestValidationError(errors).response)
  }

  /// Which of the values it is that were refused, and what is wrong with each.
  private func validationErrors(
    of error: ServerError, _ session: Session, _ values: Values
  ) async throws(DatabaseError) -> [ValidationError] {
    let refusal = Refusal(error)
    switch refusal {
    case .unavailable where error.sqlState == .notNullViolation && error.table == table:
      return values.filter { $0.key == error.column }.map { Refusal.invalid.error(of: $0, $1) }
    case .notInEncoding:
      guard let text = error.untranslatable else { return [] }
      return values.filter { $0.value?.contains(text) == true }.map { refusal.error(of: $0, $1) }
    case .tooLong where error.sqlState == .stringDataRightTruncation:
      let limits = try await session.lengthLimits(of: table)
      return values.compactMap { name, value in limits[name].flatMap { Self.tooLong(name, value, $0) } }
    case .tooLong where error.constraint == nil:
      // Some index or other, none of which takes more than some thousand bytes.
      let columns = try await session.indexedColumns(of: table)
      let longest = values.filter { columns.contains($0.key) }.max {
        $0.value?.utf8.count ?? 0 < $1.value?.utf8.count ?? 0
      }
      return longest.map { [refusal.error(of: $0, $1)] } ?? []
    case .tooLong, .invalid:
      let columns = try await session.columns(concernedBy: error, of: table)
      return values.filter { columns.contains($0.key) && $0.value != nil }.map { refusal.error(of: $0, $1) }
    default: return []
    }
  }

  /// In the words that pydantic has for a field with a longest length; nothing where the text is no longer.
  private static func tooLong(_ name: String, _ value: String?, _ limit: Int) -> ValidationError? {
    guard let value, value.unicodeScalars.count > limit else { return nil }
    return ValidationError(
      "string_too_long", "String should have at most \(limit) character\(limit == 1 ? "" : "s")",
      input: .string(value), context: ["max_length": .integer(limit)], location: [.key("body"), .key(name)])
  }
}

extension Refusal {
  fileprivate func error(of name: String, _ value: String?) -> ValidationError {
    error(at: [.key("body"), .key(name)], input: value.map(JSONValue.string) ?? .null)
  }
}
