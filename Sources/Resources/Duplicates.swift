package import EventLoop
internal import Synchronization
package import WebAPI

/// Whether values that must be unique have been taken of late. Then they are looked up before they are written: an INSERT that
/// fails takes a number of its sequence, and has those which share its transaction run again.
///
/// Only where they have: an honest client's are not, and looking would cost it a statement.
package final class Duplicates: Sendable {
  /// For how long more are expected.
  private static let memory = Duration.seconds(60)
  /// Where looking takes longer, the index does not serve for it.
  private static let limit = Duration.milliseconds(50)

  /// Nanoseconds of `MonotonicTime`; 0: not at all.
  private let expectedUntil = Atomic<Int64>(0)

  private let taken: HTTPError
  private let now: @Sendable () -> MonotonicTime

  /// None so far. `taken` answers a write whose value is taken; `now` is the clock.
  package init(_ taken: HTTPError, now: @escaping @Sendable () -> MonotonicTime = MonotonicTime.now) {
    (self.taken, self.now) = (taken, now)
  }

  /// Whether it is worth a statement to look.
  package var areExpected: Bool {
    let end = expectedUntil.load(ordering: .relaxed)
    return end != 0 && now().nanoseconds < end
  }

  /// Whether `isTaken` finds the value. A write that is tried all the same may find out for itself.
  package func look(_ isTaken: () async throws -> Bool) async rethrows -> Bool {
    let start = now()
    let result = try await isTaken()
    if result { note(taken) }
    if !result, now() - start > Self.limit { expectedUntil.store(0, ordering: .relaxed) }
    return result
  }

  /// This is what answers a write that was tried: it may have found out for itself.
  package func note(_ error: any Error) {
    guard error as? HTTPError == taken else { return }
    expectedUntil.store((now() + Self.memory).nanoseconds, ordering: .relaxed)
  }
}
