import Testing

@testable import PostgreSQL

/// The fates as words, for comparison.
private func word(_ fate: Fate) -> String {
  switch fate {
  case .deliver: "deliver"
  case .runAlone: "alone"
  case .runUnnamed: "unnamed"
  case .runLater: "later"
  case .submit: "submit"
  case .fail(.unavailable): "unavailable"
  case .fail(.outcomeUnknown): "unknown"
  case .fail(.server): "refused"
  case .fail: "other"
  }
}

private var result: Request.Answer { OpaquePointer(bitPattern: 1).map(Request.Answer.result) ?? .awaited }
private let read = Traits(isRead: true, sharesSync: true)
private let write = Traits()
private let sharedWrite = Traits(sharesSync: true)
private let statement = Traits(isInTransaction: true)
private let commit = Traits(isInTransaction: true, isCommit: true)

private func serverError(_ state: String, severity: String = "ERROR", isServers: Bool = true) -> ServerError {
  var error = ServerError(SQLState(state), severity: severity, message: "no")
  error.isServers = isServers
  return error
}

struct FateTests {
  private func fate(_ answer: Request.Answer, _ traits: Traits, _ group: GroupEnd = GroupEnd()) -> String {
    word(.of(answer, traits, in: group))
  }

  @Test func `what went well is delivered, what PostgreSQL refused is refused`() {
    for traits in [read, write, sharedWrite, statement, commit] {
      #expect(fate(result, traits) == "deliver")
      #expect(fate(.error(serverError("23505")), traits, GroupEnd(failure: serverError("23505"))) == "refused")
    }
  }

  @Test(arguments: [
    serverError("40003"), serverError("08006"), serverError("08007"), serverError("08P01"), serverError("57P01"),
    serverError("57P03"),
    serverError("53300", isServers: false), serverError("XX000", isServers: false), serverError("", isServers: false),
  ])
  func `an error that does not say what became of a write leaves it unknown, and it is never sent again`(
    _ error: ServerError
  ) {
    for isShared in [false, true] {
      let group = GroupEnd(isShared: isShared, failure: error)
      #expect(fate(.error(error), write, group) == "unknown")
      #expect(fate(.error(error), sharedWrite, group) == "unknown")
      #expect(fate(.error(error), commit, group) == "unknown")
      let end = GroupEnd(isShared: isShared, commitFailure: error)
      #expect(fate(result, write, end) == "unknown")
      #expect(fate(result, sharedWrite, end) == "unknown")
    }
  }

  @Test func `of a read, and of a transaction that was not committed, nothing stays`() {
    let foreign = serverError("08006", isServers: false)
    #expect(fate(.error(foreign), read, GroupEnd(failure: foreign)) == "refused")
    #expect(fate(.error(foreign), statement, GroupEnd(failure: foreign)) == "refused")
  }

  @Test func `what a group's failure has rolled back runs again alone, if PostgreSQL has said so`() {
    let group = GroupEnd(isShared: true, failure: serverError("23505"))
    #expect(fate(result, sharedWrite, group) == "alone")
    #expect(fate(.skipped, sharedWrite, group) == "alone")
    #expect(fate(.error(serverError("23505")), sharedWrite, group) == "alone")
    let middleman = GroupEnd(isShared: true, failure: serverError("08P01", isServers: false))
    #expect(fate(result, sharedWrite, middleman) == "unknown")
    #expect(fate(.skipped, sharedWrite, middleman) == "unknown")
  }

  @Test func `a read is not concerned by its neighbour's error`() {
    let group = GroupEnd(isShared: true, failure: serverError("22012"))
    #expect(fate(result, read, group) == "deliver")
    #expect(fate(.error(serverError("22012")), read, group) == "refused")
    #expect(fate(.skipped, read, group) == "alone")
  }

  @Test func `what a commit fails with each finds out alone`() {
    #expect(fate(result, sharedWrite, GroupEnd(isShared: true, commitFailure: serverError("23503"))) == "alone")
    #expect(fate(result, read, GroupEnd(isShared: true, commitFailure: serverError("40001"))) == "alone")
    #expect(fate(result, write, GroupEnd(commitFailure: serverError("23503"))) == "refused")
  }

  @Test(arguments: ["26000", "42P05"]) func `a name that is lost or known runs again without it`(_ state: String) {
    let named = Traits(isNamed: true)
    #expect(fate(.error(serverError(state)), named, GroupEnd(failure: serverError(state))) == "unnamed")
    #expect(fate(.error(serverError(state)), write, GroupEnd(failure: serverError(state))) == "refused")
    let inTransaction = Traits(isInTransaction: true, isNamed: true)
    #expect(fate(.error(serverError(state)), inTransaction, GroupEnd(failure: serverError(state))) == "refused")
  }

  @Test func `a plan that no longer fits runs again, a feature that is missing does not`() {
    var changed = serverError("0A000")
    changed.routine = "RevalidateCachedQuery"
    #expect(fate(.error(changed), Traits(isNamed: true)) == "unnamed")
    #expect(fate(.error(serverError("0A000")), Traits(isNamed: true)) == "refused")
  }

  @Test func `what was skipped for what was set before it was not executed`() {
    #expect(fate(.skipped, write, GroupEnd(failure: serverError("42704"))) == "unavailable")
    #expect(fate(.skipped, write, GroupEnd(failure: serverError("42704", isServers: false))) == "unknown")
  }
}

struct FateOfLostTests {
  private func fate(_ traits: Traits, _ progress: Progress, retries: Bool = true) -> String {
    word(.ofLost(traits, progress, "gone", retries: retries))
  }

  @Test func `a write that was sent is unknown, unless the server had not begun with it or broke it off`() {
    #expect(fate(write, .unknown) == "unknown")
    #expect(fate(write, .rolledBack) == "unavailable")
    #expect(fate(write, .notExecuted) == "later")
    #expect(fate(write, .unsent) == "submit")
  }

  @Test func `a read runs once more`() {
    for progress in [Progress.unknown, .rolledBack, .notExecuted] {
      #expect(fate(read, progress) == "later")
      #expect(fate(Traits(isRead: true, isRetry: true), progress) == "unavailable")
      #expect(fate(read, progress, retries: false) == "unavailable")
    }
  }

  @Test func `a transaction is unknown only if its commit was sent`() {
    for progress in [Progress.unknown, .rolledBack, .notExecuted, .unsent] {
      #expect(fate(statement, progress) == "unavailable")
    }
    #expect(fate(commit, .unknown) == "unknown")
    #expect(fate(commit, .rolledBack) == "unknown")
    #expect(fate(commit, .notExecuted) == "unavailable")
  }
}
