public import EventLoop
public import FastCGI
internal import WebAPI

/// Which requests are told of. Of one that is not, nothing is made.
///
/// Unless all are, those of one kind (method, route and status) that come again within a second are counted, and told once with
/// their number: what fails, fails a thousand times a second.
@LoopActor public final class AccessLog {
  /// Which ones.
  public enum Level: String, CaseIterable, Sendable {
    /// None.
    case off
    /// Those with a status of 500 or more, and those that were given up before the end of their answers.
    case errors
    /// Those, and those that take too long.
    case slow
    /// Each; but for health checks that find nothing wrong, which never are told of.
    case all
  }

  /// What a request was, and how it was answered.
  struct Answered {
    var api: API?
    let request: FastCGI.Request
    let http: WebAPI.Request
    let response: WebAPI.Response
    var nanoseconds: Int64?

    var kind: RequestKind { RequestKind(http.method, response.operation, response.status) }
  }

  private let level: Level
  /// Nanoseconds.
  private let limit: Int64
  private let tell: @LoopActor (AccessRecord) -> Void
  private let repetitions = RepetitionTeller<RequestKind>(period: .seconds(1))

  /// A log of those that `level` means; too long are those that take `limit`.
  public init(_ level: Level, limit: Duration, _ tell: @escaping @LoopActor (AccessRecord) -> Void) {
    (self.level, self.limit, self.tell) = (level, limit.nanoseconds, tell)
  }

  /// Whether a request is told of that was answered after so long.
  private func wants(_ response: WebAPI.Response, nanoseconds: Int64, isAborted: Bool) -> Bool {
    switch level {
    case .off: false
    case _ where response.status >= 500: true
    case _ where response.operation?.isHealthCheck == true: false
    case .errors: isAborted
    case .slow: isAborted || nanoseconds >= limit
    case .all: true
    }
  }

  /// Whether something is to be told of a request, now or when its answer has ended.
  func concerns(_ response: WebAPI.Response, nanoseconds: Int64) -> Bool {
    level != .off
      && (response.rest != nil || wants(response, nanoseconds: nanoseconds, isAborted: Task.isCancelled))
  }

  /// Tells of a request that it concerns when its answer is made; of one with a rest when that has ended.
  func note(_ answered: Answered) -> FastCGI.Response {
    let (response, isHead) = (answered.response, answered.request.isHead)
    let isWanted = wants(response, nanoseconds: answered.nanoseconds ?? 0, isAborted: Task.isCancelled)
    let answer = FastCGI.Response(response)
    guard let rest = answer.rest(isHead: isHead) else {
      if isWanted { note(answered, bytesOut: answer.content(isHead: isHead).count) }
      return answer
    }
    return counted(answer, rest) { bytes, isAborted in
      if isWanted || isAborted { self.note(answered, bytesOut: bytes, isAborted: isAborted) }
    }
  }

  /// A request that is refused unread is answered.
  public func noteRefused(_ request: FastCGI.Request, _ response: FastCGI.Response) {
    let answered = Answered(
      request: request, http: request.http(), response: WebAPI.Response(status: response.status))
    guard wants(answered.response, nanoseconds: 0, isAborted: false) else { return }
    note(answered, bytesOut: response.content(isHead: request.isHead).count)
  }

  private func note(_ answered: Answered, bytesOut: Int, isAborted: Bool = false) {
    func record() -> AccessRecord { AccessRecord(answered, bytesOut: bytesOut, isAborted: isAborted) }
    if level == .all { return tell(record()) }
    repetitions.note(answered.kind, record()) { [tell] record, count in
      var record = record
      if let count { record.count = count }
      tell(record)
    }
  }

  /// The same response, whose end is told: how many bytes its content had, and whether some of it was not taken.
  private func counted(
    _ response: FastCGI.Response, _ rest: FastCGI.Response.Rest,
    _ ended: @escaping @LoopActor (_ bytes: Int, _ isAborted: Bool) -> Void
  ) -> FastCGI.Response {
    var response = response
    var count = response.body.count
    response.rest = FastCGI.Response.Rest(
      {
        let piece = try await rest.next()
        count += piece?.count ?? 0
        return piece
      },
      ended: {
        await rest.ended($0)
        ended(count, $0 == .abandoned)
      })
    return response
  }
}
