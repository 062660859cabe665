package import EventLoop
package import WebAPI

/// Whether values that must be unique have been taken of late. Then they are looked up before they are written: an INSERT that
/// fails takes a number of its sequence, and has those which share its transaction run again.
///
/// Only where they have: an honest client's are not, and looking would cost it a statement.
@LoopActor package final class Duplicates {
  /// For how long more are expected.
  private static let memory = Duration.seconds(60)
  /// Where looking takes longer, the index does not serve for it.
  private static let limit = Duration.milliseconds(50)

  private var last: MonotonicTime?

  /// None so far.
  package nonisolated init() {}

  /// Throws `taken` if `isTaken` finds the value, and else has `write` try, which may find out for itself.
  package func check<Result>(
    _ taken: HTTPError, _ isTaken: () async throws -> Bool, _ write: () async throws -> Result
  ) async throws -> Result {
    if areExpected, try await timed(isTaken) {
      last = EventLoop.main.now
      throw taken
    }
    do {
      return try await write()
    } catch let error as HTTPError where error == taken {
      last = EventLoop.main.now
      throw error
    }
  }

  private var areExpected: Bool { last.map { EventLoop.main.now - $0 < Self.memory } ?? false }

  private func timed(_ isTaken: () async throws -> Bool) async throws -> Bool {
    let start = EventLoop.main.now
    let result = try await isTaken()
    if EventLoop.main.now - start > Self.limit { last = nil }
    return result
  }
}
