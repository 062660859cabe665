import EventLoop
import Synchronization
import Testing
import WebAPI

@testable import Resources

struct DuplicatesTests {
  /// A clock that goes when it is told to.
  private final class Clock: Sendable {
    private let seconds = Mutex(1.0)

    var now: MonotonicTime { seconds.withLock { MonotonicTime(nanoseconds: Int64($0 * 1e9)) } }

    func pass(_ duration: Double) { seconds.withLock { $0 += duration } }
  }

  private let taken = HTTPError(400, "taken")
  private let clock = Clock()
  private let duplicates: Duplicates

  init() {
    duplicates = Duplicates(taken) { [clock] in clock.now }
  }

  @Test func `values are looked up for a minute after one was taken`() {
    #expect(!duplicates.areExpected)
    duplicates.note(taken)
    clock.pass(59)
    #expect(duplicates.areExpected)
    clock.pass(2)
    #expect(!duplicates.areExpected)
  }

  @Test func `another error is no reason to look`() {
    duplicates.note(HTTPError(404, "other"))
    duplicates.note(CancellationError())
    #expect(!duplicates.areExpected)
  }

  @Test func `one that was found begins another minute, and one that was not ends none`() async {
    duplicates.note(taken)
    clock.pass(59)
    #expect(await duplicates.look { true })
    clock.pass(59)
    #expect(await !duplicates.look { false })
    #expect(duplicates.areExpected)
    clock.pass(2)
    #expect(!duplicates.areExpected)
  }

  @Test func `where looking takes long, nobody looks any more`() async {
    duplicates.note(taken)
    #expect(
      await !duplicates.look {
        clock.pass(0.1)
        return false
      })
    #expect(!duplicates.areExpected)
  }

  @Test func `what was found slowly is found all the same`() async {
    #expect(
      await duplicates.look {
        clock.pass(0.1)
        return true
      })
    #expect(duplicates.areExpected)
  }
}
