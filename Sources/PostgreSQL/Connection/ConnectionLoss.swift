internal import EventLoop

/// How statements on a connection end that do not get their answer: they are stopped, lost with it, or given up.
extension Connection {
  /// Whoever waited for the owner's statement has gone: asks the server to stop it, if it has it.
  func interrupt(_ request: Request) {
    guard !isInterrupting, let wire, wire.pipeline.unsettled.contains(where: { $0 === request }),
      let key = wire.link.cancelKey()
    else {
      return
    }
    let limit = pool.answerLimit ?? .seconds(10)
    let deadline = EventLoop.main.schedule(after: limit) { [weak self] in
      self?.fail("the server was asked to stop a statement, and has not replied within \(limit)")
    }
    isInterrupting = onThread {
      key.send()
      onLoop { self.interrupted(deadline) }
    }
    guard !isInterrupting else { return }
    key.free()
    interrupted(deadline)
  }

  private func interrupted(_ deadline: Deadline) {
    EventLoop.main.cancel(deadline)
    isInterrupting = false
    callAtEndOfTurn()
  }

  // MARK: Loss

  var isBad: Bool { wire?.link.isBad ?? true }
  var lastError: String { wire?.link.lastError ?? "the connection was lost" }

  /// Ends the connection and decides on everything that was on it. Where PostgreSQL itself says that it ends the session,
  /// nothing that it had not answered by then was executed to its end; otherwise nobody knows. Behind a pooler it speaks
  /// for the statement whose turn it was, and not for those that may have gone elsewhere.
  ///
  /// Reads run again that were asked for since then; nil: all.
  @discardableResult  // false, for those who tell that the connection has ended
  func fail(_ reason: String, _ error: ServerError? = nil, readsAgainSince time: MonotonicTime? = nil) -> Bool {
    guard var lost = wire else { return false }
    end()
    let isServersWord = error.map { $0.endsConnection && $0.saysNotApplied } ?? false
    let (answered, head, behind) = lost.removeAll()
    let unsent = outgoing
    outgoing.removeAll()
    owner?.lose(reason)
    owner = nil
    pool.lost(self, reason)
    for request in answered { lose(request, .unknown, reason, time) }
    if let head { lose(head, isServersWord ? .rolledBack : .unknown, reason, time) }
    for request in behind {
      lose(request, isServersWord && lost.isDirect ? .notExecuted : .unknown, reason, time)
    }
    for request in unsent { lose(request, .unsent, reason) }
    pool.dispatch()
    return false
  }

  func lose(_ request: Request, _ progress: Progress, _ reason: String, _ readsAgainSince: MonotonicTime? = nil) {
    request.transaction?.lose(reason)
    pool.leftConnection(request)
    let retries = readsAgainSince.map { request.since >= $0 } ?? true
    request.meet(.ofLost(request.traits, progress, reason, retries: retries), pool)
  }

  // MARK: Waiting too long

  /// Sees to it that a statement which was asked for at that time is answered within the limit.
  func watch(since time: MonotonicTime?) {
    guard wire != nil, let end = watchdog.look(after: time) else { return }
    if let look { EventLoop.main.cancel(look) }
    look = EventLoop.main.schedule(after: end - MonotonicTime.now()) { [weak self] in self?.lookAround() }
  }

  /// What is on it and has not been answered.
  var waiting: [Request] { (wire?.pipeline.unsettled ?? []).filter { $0.isAwaited } }

  private func lookAround() {
    look = nil
    let now = MonotonicTime.now()
    let waiting = waiting
    let overdue = waiting.filter { watchdog.isOverdue($0.since, at: now) }
    let verdict = watchdog.verdict(isOwned: owner != nil, hasOverdue: !overdue.isEmpty, at: now)
    guard wire?.pipeline.isEmpty == false else { return }
    let limit = watchdog.limit ?? .zero
    let reason = "no answer within \(limit)"
    // Who still has the time that another connection may let him wait.
    if verdict == .end { return _ = fail(reason, readsAgainSince: now + (pool.options.timeout - limit)) }
    for request in overdue { request.giveUp(reason) }
    // The connection may have been silent for longer than those have waited who are left.
    watch(since: waiting.lazy.filter { $0.isAwaited }.map(\.since).min().map { min($0, watchdog.progress) })
  }
}
