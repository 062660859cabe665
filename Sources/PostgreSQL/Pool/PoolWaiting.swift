internal import EventLoop

/// How long statements wait for a connection.
extension Pool {
  /// Runs what a program does before it serves: its statements wait `timeout` for a connection, also where there are some. The
  /// shorter `busyTimeout` is there to refuse what is too much, and meanwhile there is nobody to refuse.
  public func patiently<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    busyTimeout = options.timeout
    setTimeout()
    defer {
      busyTimeout = options.busyTimeout
      setTimeout()
    }
    return try await body()
  }

  /// One deadline for the whole queue: that of its first.
  func watchExpiry() {
    guard expiry == nil, let deadline = admission.waiting.deadline else { return }
    expiry = EventLoop.main.schedule(after: deadline - MonotonicTime.now()) { self.expire() }
  }

  /// Who has waited for the first connection gets the time of a busy one on top.
  func setTimeout() {
    let timeout = admission.state.connected == 0 ? options.timeout : min(busyTimeout, options.timeout)
    guard admission.waiting.timeout != timeout else { return }
    admission.waiting.timeout = timeout
    guard let expiry else { return }
    EventLoop.main.cancel(expiry)
    self.expiry = EventLoop.main.schedule(after: timeout) { self.expire() }
  }

  private func expire() {
    expiry = nil
    while let request = admission.waiting.popExpired(at: EventLoop.main.now) {
      timeouts += 1
      let cause = admission.state.connected == 0 ? health.lastError : nil
      request.fail(.unavailable(cause ?? "no connection was free within \(admission.waiting.timeout)"))
    }
    watchExpiry()
    finishClosing()
  }
}
