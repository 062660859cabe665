/// What becomes of a statement, once it is known how it ended or that this will never be known.
///
/// A write may only be sent again, or be reported as not applied, where PostgreSQL itself has said that it was not applied
/// (``ServerError/saysNotApplied``). A closed connection, and whatever a middleman says, leave it unknown.
enum Fate {
  /// Whoever waits gets the answer.
  case deliver
  /// It was not executed, or was rolled back with another: once more, by itself.
  case runAlone
  /// It was not executed because of its name or the plan behind it: once more, by itself and without a name.
  case runUnnamed
  /// The same, on another connection and after a moment, in which a server that stops ends its other connections as well.
  case runLater
  /// It never left this process.
  case submit
  case fail(DatabaseError)
}

/// What matters of a statement when its fate is decided.
struct Traits {
  var isRead = false
  /// It may share a Sync with others, as reads and writes that share commits do.
  var sharesSync = false
  var isInTransaction = false
  var isCommit = false
  /// It ran again once already, after a loss.
  var isRetry = false
  /// It relied on a name, under which it can be prepared anew, or on the plan behind it.
  var isNamed = false

  /// Whether it may have changed something for good by itself.
  var mayHaveCommitted: Bool { isInTransaction ? isCommit : !isRead }
}

// MARK: After its Sync

/// How the transaction of one or several statements ended, at its Sync.
struct GroupEnd {
  /// Whether there are several.
  var isShared = false
  /// What went wrong; mostly nothing.
  private(set) var errors: Errors?

  indirect enum Errors {
    /// The first error of one of them, or of what was set for all.
    case failure(ServerError)
    /// An error of the commit itself: a deferred constraint, for example.
    case commitFailure(ServerError)
  }

  init(isShared: Bool = false, failure: ServerError? = nil, commitFailure: ServerError? = nil) {
    self.isShared = isShared
    errors = commitFailure.map(Errors.commitFailure) ?? failure.map(Errors.failure)
  }

  var failure: ServerError? {
    if case .failure(let error) = errors { error } else { nil }
  }

  var commitFailure: ServerError? {
    if case .commitFailure(let error) = errors { error } else { nil }
  }

  /// Notes an error, of the commit or of a statement; the first one counts, since it is what the others come from.
  mutating func note(_ error: ServerError, ofCommit isCommit: Bool) {
    if errors == nil { errors = isCommit ? .commitFailure(error) : .failure(error) }
  }
}

extension Fate {
  /// Of a statement whose group has ended.
  static func of(_ answer: Request.Answer, _ traits: Traits, in group: GroupEnd) -> Fate {
    if case .result = answer, group.errors == nil { return .deliver }
    if let failure = group.commitFailure { return refused(by: failure, traits, in: group) }
    switch answer {
    case .result: return executed(traits, in: group)
    case .error(let error) where error.concernsPreparation && traits.isNamed && !traits.isInTransaction:
      return .runUnnamed
    case .error(let error): return refused(by: error, traits, in: group)
    case .skipped, .unsent, .awaited: return skipped(traits, in: group)
    }
  }

  /// It went well. So does a read whose neighbour failed; but a write has been rolled back with it.
  private static func executed(_ traits: Traits, in group: GroupEnd) -> Fate {
    guard let failure = group.failure, group.isShared, traits.sharesSync, !traits.isRead else { return .deliver }
    return failure.isServers ? .runAlone : .unknown(failure)
  }

  private static func refused(by error: ServerError, _ traits: Traits, in group: GroupEnd) -> Fate {
    guard error.saysNotApplied || !traits.mayHaveCommitted else { return .unknown(error) }
    // A read may wait for a lock as long as for anything else, only not on one connection all the time.
    if traits.isRead, !traits.isInTransaction, error.sqlState == .lockNotAvailable { return .submit }
    // Each finds out alone whether it was its doing. What one read is refused for, is its own.
    let isOwn = traits.isRead && group.commitFailure == nil
    return group.isShared && traits.sharesSync && !isOwn ? .runAlone : .fail(.server(error))
  }

  private static func skipped(_ traits: Traits, in group: GroupEnd) -> Fate {
    guard group.failure?.isServers ?? true || !traits.mayHaveCommitted else {
      return .fail(.outcomeUnknown(group.failure?.message ?? ""))
    }
    if traits.sharesSync { return .runAlone }
    return .fail(.unavailable(group.failure?.message ?? "the statement was not executed"))
  }

  private static func unknown(_ error: ServerError) -> Fate {
    .fail(.outcomeUnknown("\(error.message) (\(error.sqlState))"))
  }
}

extension ServerError {
  /// The server does not know the name of a prepared statement, or knows it already, or no longer accepts its plan since a
  /// table has changed. Nothing was executed.
  var concernsPreparation: Bool {
    isServers && [.invalidSQLStatementName, .duplicatePreparedStatement].contains(sqlState) || rejectsPlan
  }

  /// PostgreSQL has other meanings for 0A000 as well; its routine tells, and on engines that speak its protocol the text.
  var rejectsPlan: Bool {
    sqlState == .featureNotSupported
      && (routine == "RevalidateCachedQuery" || message.hasPrefix("cached plan must not change"))
  }
}

// MARK: After the loss of its connection

/// How far a statement had come when its connection was lost.
enum Progress {
  /// It had not left this process.
  case unsent
  /// The server never began with it.
  case notExecuted
  /// The server broke it off, and so rolled it back.
  case rolledBack
  /// It was sent, and nobody knows.
  case unknown
}

extension Fate {
  /// Of a statement whose connection was lost for this reason: reads, and what was never executed, run again, once.
  static func ofLost(_ traits: Traits, _ progress: Progress, _ reason: String, retries: Bool) -> Fate {
    guard !traits.isInTransaction else {
      // Without its COMMIT the server rolls a transaction back.
      let isUnknown = traits.isCommit && (progress == .unknown || progress == .rolledBack)
      return .fail(isUnknown ? .outcomeUnknown(reason) : .unavailable(reason))
    }
    if progress == .unsent { return .submit }
    if retries, !traits.isRetry, traits.isRead || progress == .notExecuted { return .runLater }
    return .fail(traits.isRead || progress != .unknown ? .unavailable(reason) : .outcomeUnknown(reason))
  }
}
