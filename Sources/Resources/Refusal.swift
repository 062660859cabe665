package import PostgreSQL

/// What it means for a client that the database has refused its request: the table in Documentation/differences.md.
///
/// The database is its owner's: with constraints, triggers, domains and limits that this program knows nothing of. What
/// they refuse is the client's affair where it can send something else, and the operator's where it cannot.
public enum Refusal: Hashable, Sendable {
  /// 409: other data is in the way. Unique and exclusion constraints, foreign keys.
  case conflict
  /// 422: a value is too long for its column, its index or a page.
  case tooLong
  /// 422: the database's encoding does not have a character.
  case notInEncoding
  /// 422: a value that a CHECK, a domain or a trigger does not take.
  case invalid
  /// 403: a row that row-level security does not permit.
  case forbidden
  /// 400: a rule of the owner's refuses it, by RAISE.
  case rule
  /// 503: nothing that this client could do otherwise.
  case unavailable

  /// What the server's error says (PostgreSQL's documentation, appendix A). The routine tells who says it: the same code
  /// may be PostgreSQL's own, or come from a RAISE of the owner's.
  package init(_ error: ServerError) {
    let isRaised = error.routine == "exec_stmt_raise"
    switch error.sqlState {
    case .insufficientPrivilege:
      self = isRaised || error.routine == "ExecWithCheckOptions" ? .forbidden : .unavailable
    // A column that no client fills, a sequence at its end or beyond its column, a trigger that divides by zero: the
    // table's, not the client's.
    case .notNullViolation, .numericValueOutOfRange, .sequenceGeneratorLimitExceeded, .divisionByZero:
      self = isRaised ? .invalid : .unavailable
    case .checkViolation, .withCheckOptionViolation: self = .invalid
    case .integrityConstraintViolation: self = .conflict
    case .stringDataRightTruncation: self = .tooLong
    case let state where state == .programLimitExceeded: self = .tooLong
    case .characterNotInRepertoire, .untranslatableCharacter: self = .notInEncoding
    case .dataException: self = .invalid
    case .plpgSQLError, .externalRoutineException, .triggeredActionException, .triggeredDataChangeViolation:
      self = .rule
    case let state: self = isRaised && !state.mayPass ? .rule : .unavailable
    }
  }
}
