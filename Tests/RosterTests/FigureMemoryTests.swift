import EventLoop
import Glibc
@testable import Metrics
import Testing

@testable import roster

struct FigureMemoryTests {
  private let tally: Tally
  private let memory: FigureMemory

  init() throws {
    tally = try #require(Tally())
    memory = try #require(FigureMemory(tally, canWrite: true))
  }

  /// A process in a seat, that has counted so much.
  private func count(_ count: UInt64, seat: Int, place: Int) throws {
    let area = try #require(FigureMemory.area(of: Seat(tally: tally, number: seat)))
    MetricRegistry(area, process: pid_t(seat), place: place).counter("a_total", "A.").add(count)
  }

  @Test func `each seat has an area of its own, which others read`() throws {
    try count(3, seat: 0, place: 1)
    try count(4, seat: 511, place: 2)
    let snapshot = try #require(FigureMemory(tally, canWrite: false)).snapshot()
    #expect(snapshot.processes.map(\.owner.process) == [0, 511])
    #expect(snapshot.processes.map { $0.sum("a_total") } == [3, 4])
    #expect(snapshot.sum("a_total") == 7)
  }

  @Test func `areas that nobody has written take no memory`() throws {
    try count(3, seat: 40, place: 1)
    _ = memory.snapshot()
    var status = stat()
    #expect(fstat(tally.descriptor, &status) == 0)
    #expect(status.st_blocks * 512 < 64 << 10)
  }

  @Test func `what a process has counted stays when it has ended`() throws {
    let ended = MetricRegistry(memory.ended, process: getpid())
    for _ in 0..<3 {
      try count(5, seat: 1, place: 1)
      ended.inherit(try #require(memory.area(of: 1)))
    }
    #expect(memory.snapshot().processes.isEmpty)
    #expect(memory.snapshot().sum("a_total") == 15)
  }

  @Test func `memory of an older program has none`() throws {
    let file = open("/tmp", O_RDWR | 0o20200000, 0o600)  // O_TMPFILE
    ftruncate(file, off_t(Tally.size))
    let old = try #require(Tally(file))
    #expect(FigureMemory(old, canWrite: false) == nil)
    #expect(FigureMemory.area(of: Seat(tally: old, number: 0)) == nil)
  }
}
