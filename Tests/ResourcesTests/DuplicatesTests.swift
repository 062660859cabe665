import EventLoop
import TestSupport
import Testing
import WebAPI

@testable import Resources

struct DuplicatesTests {
  private let taken = HTTPError(400, "taken")

  @Test func `values are looked up only after one was taken`() async throws {
    try await onLoop { [taken] in
      let duplicates = Duplicates()
      var (looks, writes) = (0, 0)
      func look() -> Bool {
        looks += 1
        return looks == 2
      }
      try await duplicates.check(taken, { look() }) { writes += 1 }
      #expect((looks, writes) == (0, 1))
      await #expect(throws: taken) { try await duplicates.check(taken, { look() }) { throw taken } }
      try await duplicates.check(taken, { look() }) { writes += 1 }
      #expect((looks, writes) == (1, 2))
      await #expect(throws: taken) { try await duplicates.check(taken, { look() }) { writes += 1 } }
      #expect((looks, writes) == (2, 2))
    }
  }

  @Test func `another error is no reason to look`() async throws {
    try await onLoop { [taken] in
      let duplicates = Duplicates()
      let other = HTTPError(404, "other")
      await #expect(throws: other) { try await duplicates.check(taken, { true }) { throw other } }
      try await duplicates.check(taken, { true }) {}
    }
  }
}
