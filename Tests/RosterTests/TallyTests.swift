import EventLoop
import Glibc
import TestSupport
import Testing

@testable import roster

struct TallyTests {
  private let now = MonotonicTime.now()

  /// The same memory, as another process has it.
  private func other(_ tally: Tally) throws -> Tally { try #require(Tally(dup(tally.descriptor))) }

  private func seats(_ tally: Tally, _ count: Int) throws -> [Seat] {
    var seats: [Seat] = []
    for _ in 0..<count { seats.append(try #require(tally.freeSeat(beside: seats.map(\.number)))) }
    return seats
  }

  @Test func `each sees what the others have written, and not what it has written itself`() throws {
    let tally = try #require(Tally())
    let seats = try seats(tally, 3)
    for (seat, count) in zip(seats, [7, 0, 4096]) {
      Seat(tally: try other(tally), number: seat.number).write(count, at: now)
    }
    #expect(seats.map { $0.others(at: now).sorted() } == [[0, 4096], [7, 4096], [0, 7]])
  }

  @Test func `who takes no connections, or has ended, is not seen`() throws {
    let seats = try seats(try #require(Tally()), 2)
    #expect(seats[0].others(at: now) == [])
    seats[1].write(5, at: now)
    #expect(seats[0].others(at: now) == [5])
    seats[1].write(nil, at: now)
    #expect(seats[0].others(at: now) == [])
  }

  @Test func `what is older than a second is not seen`() throws {
    let seats = try seats(try #require(Tally()), 2)
    seats[1].write(5, at: now)
    #expect(seats[0].others(at: now + .milliseconds(999)) == [5])
    #expect(seats[0].others(at: now + .milliseconds(1001)) == [])
  }

  @Test func `more than a word can say is the most that it can`() throws {
    let seats = try seats(try #require(Tally()), 2)
    seats[1].write(1_000_000, at: now)
    #expect(seats[0].others(at: now) == [65_535])
  }

  @Test func `seats are given once, as many as there are`() throws {
    let tally = try #require(Tally())
    #expect(tally.freeSeat(beside: [0, 1, 3])?.number == 2)
    #expect(tally.freeSeat(beside: Array(Tally.seats))?.number == nil)
  }

  @Test func `the memory keeps its size, and another descriptor is none`() throws {
    let tally = try #require(Tally())
    for size in [0, Tally.size - 1, Tally.size + 1] { #expect(ftruncate(tally.descriptor, off_t(size)) != 0) }
    #expect(Tally(-1) == nil)
    #expect(Tally(open("/dev/null", O_RDWR)) == nil)
  }
}
