internal import Logging

/// Which statements the program has declared, so that it is noticed when it runs another. Pure.
struct Declarations {
  /// So many are told at most: a program may make its texts as it goes.
  static let most = 20
  /// How much is told of a text, in characters.
  static let longest = 300

  private enum State {
    /// The program has declared nothing yet, or does not do so at all.
    case silent
    /// These texts are declared, or have been told of.
    case known(Set<String>, told: Int)
  }

  private var state = State.silent

  /// The program has these checked.
  mutating func declare(_ statements: [DeclaredStatement]) {
    let texts = (statements + Session.catalogStatements).map(\.sql.text) + [Pool.question.text]
    switch state {
    case .silent: state = .known(Set(texts), told: 0)
    case .known(let others, let told): state = .known(others.union(texts), told: told)
    }
  }

  /// Whether a statement that is run for the first time is to be told of.
  mutating func lacks(_ text: String) -> Bool {
    guard case .known(var texts, let told) = state, told < Self.most, texts.insert(text).inserted else {
      return false
    }
    state = .known(texts, told: told + 1)
    return true
  }
}

extension Pool {
  /// Says what is to be known of a statement that is run for the first time.
  func warn(of statement: Statement, isFirstWithoutRoom: Bool) {
    if isFirstWithoutRoom {
      logger.warning(
        "more than \(StatementCache.capacity) statements: further ones are parsed each time: \(statement.text)")
    }
    if declarations.lacks(statement.text) {
      logger.warning("not declared, so not checked at start: \(statement.text.prefix(Declarations.longest))")
    }
  }
}
