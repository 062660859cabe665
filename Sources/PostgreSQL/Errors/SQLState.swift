/// PostgreSQL's five-character error code (its documentation, appendix A). The first two characters are the class.
///
/// A pattern that ends in 000 stands for its class: `.integrityConstraintViolation` matches
/// `.uniqueViolation`.
public struct SQLState: Hashable, Sendable, CustomStringConvertible {
  /// The five characters.
  public let description: String

  /// Any code, such as `"23505"`.
  public init(_ code: String) {
    description = code
  }

  /// Whether the code is `pattern`, or in the class that `pattern` names.
  public static func ~= (pattern: SQLState, state: SQLState) -> Bool {
    pattern == state || (pattern.description.hasSuffix("000") && pattern.class == state.class)
  }

  /// The first two characters, in which the SQL standard has the kinds of errors.
  public var `class`: Substring { description.prefix(2) }
}

extension SQLState {
  /// 02000.
  public static let noData = SQLState("02000")
  /// 0A000, also "cached plan must not change result type".
  public static let featureNotSupported = SQLState("0A000")
  /// 09000, the class of what a trigger fails with.
  public static let triggeredActionException = SQLState("09000")
  /// 27000, a trigger that changes what may not be changed.
  public static let triggeredDataChangeViolation = SQLState("27000")
  /// 38000, the class of errors of functions in other languages.
  public static let externalRoutineException = SQLState("38000")
  /// 08000, the class of lost connections.
  public static let connectionException = SQLState("08000")
  /// 22000, the class of values that do not fit.
  public static let dataException = SQLState("22000")
  /// 22003.
  public static let numericValueOutOfRange = SQLState("22003")
  /// 22001, a text that is too long for its column.
  public static let stringDataRightTruncation = SQLState("22001")
  /// 22012.
  public static let divisionByZero = SQLState("22012")
  /// 2200H, a sequence at its end.
  public static let sequenceGeneratorLimitExceeded = SQLState("2200H")
  /// 22021, text that the encoding does not have; among it NUL.
  public static let characterNotInRepertoire = SQLState("22021")
  /// 22P05, text that the database's encoding does not have.
  public static let untranslatableCharacter = SQLState("22P05")
  /// 23000, the class of violated constraints.
  public static let integrityConstraintViolation = SQLState("23000")
  /// 23502.
  public static let notNullViolation = SQLState("23502")
  /// 23505.
  public static let uniqueViolation = SQLState("23505")
  /// 23514.
  public static let checkViolation = SQLState("23514")
  /// 25006.
  public static let readOnlySQLTransaction = SQLState("25006")
  /// 25P02.
  public static let inFailedSQLTransaction = SQLState("25P02")
  /// 26000, a prepared statement that the server does not know.
  public static let invalidSQLStatementName = SQLState("26000")
  /// 40003.
  public static let statementCompletionUnknown = SQLState("40003")
  /// 42P05, a prepared statement that the server knows already.
  public static let duplicatePreparedStatement = SQLState("42P05")
  /// 42501.
  public static let insufficientPrivilege = SQLState("42501")
  /// 42P01.
  public static let undefinedTable = SQLState("42P01")
  /// 44000, a row that a view would not show.
  public static let withCheckOptionViolation = SQLState("44000")
  /// 53000, the class of exhausted resources.
  public static let insufficientResources = SQLState("53000")
  /// 53100.
  public static let diskFull = SQLState("53100")
  /// 54000, a value that is too large for an index or a page, for example.
  public static let programLimitExceeded = SQLState("54000")
  /// 55P03.
  public static let lockNotAvailable = SQLState("55P03")
  /// 57000, the class of operator intervention.
  public static let operatorIntervention = SQLState("57000")
  /// 57014, by `statement_timeout` or by request.
  public static let queryCanceled = SQLState("57014")
  /// P0000, the class of PL/pgSQL's errors; P0001 is RAISE without another code.
  public static let plpgSQLError = SQLState("P0000")
}

extension SQLState {
  /// Whether a refusal is about the state that the server is in: connections, rollbacks, resources, locks, the operator,
  /// the system; and a primary that has become a standby.
  package var mayPass: Bool {
    let classes: [SQLState] = [
      .connectionException, SQLState("40000"), .insufficientResources, SQLState("55000"), .operatorIntervention,
      SQLState("58000"),
    ]
    return classes.contains { $0 ~= self } || self == .readOnlySQLTransaction
  }
}
