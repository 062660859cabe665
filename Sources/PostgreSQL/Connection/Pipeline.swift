/// What was sent on a connection and has not been answered, in the order in which the answers will come.
///
/// libpq answers each step with results and a NULL, and each Sync with one result and no NULL. A statement is settled by
/// the Sync after it: only then it is committed, or known to be rolled back.
struct Pipeline<Statement> {
  enum Step {
    case prepare(Statement)
    case execute(Statement)
    /// What the connection itself asks for, on behalf of those that follow; its Parse too.
    case setting(PreparedNames.Use?)
    case sync
  }

  private var steps = Queue<Step>()
  /// Answered, but their Sync is still to come.
  private var answered: [Statement] = []

  var isEmpty: Bool { steps.isEmpty }

  /// The statements that are not settled, in the order in which they were sent.
  var unsettled: [Statement] { answered + statements(in: steps.all) }

  /// The step that the next result belongs to.
  var head: Step? { steps.first }

  mutating func append(_ step: Step) {
    steps.append(step)
  }

  /// The head has been answered in full. A Sync stays: only `settle` ends it.
  mutating func advance() {
    switch steps.first {
    case .execute(let statement):
      answered.append(statement)
      _ = steps.popFirst()
    case .prepare, .setting: _ = steps.popFirst()
    case .sync, nil: break
    }
  }

  /// The head's Sync was answered; returns the statements that it settles. nil if the head is no Sync, which breaks
  /// the protocol.
  mutating func settle() -> [Statement]? {
    guard case .sync = steps.first else { return nil }
    _ = steps.popFirst()
    defer { answered.removeAll(keepingCapacity: true) }
    return answered
  }

  /// Takes out everything: what was answered without its Sync, the statement that was the server's turn, and what
  /// waits behind it.
  mutating func removeAll() -> (answered: [Statement], head: Statement?, behind: [Statement]) {
    var unanswered = steps.removeAll()
    defer { answered.removeAll() }
    switch unanswered.first {
    // The server was settling what it had answered, or had not begun with the next: none was its turn.
    case .sync, .setting: return (answered, nil, statements(in: unanswered))
    case .prepare: unanswered.removeFirst()
    case .execute, nil: break
    }
    let rest = statements(in: unanswered)
    return (answered, rest.first, Array(rest.dropFirst()))
  }

  private func statements(in steps: [Step]) -> [Statement] {
    steps.compactMap { if case .execute(let statement) = $0 { statement } else { nil } }
  }
}
