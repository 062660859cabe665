internal import CLinux
internal import EventLoop
internal import Glibc

/// How many connections each worker has: a page of memory that the supervisor makes and its workers map. A worker has one
/// word of it, its seat, which nobody else writes while it lives. Behind the page the same memory has their figures (`FigureMemory`).
///
/// A word says when it was written, in milliseconds of the monotonic clock, and in its lowest 16 bits how many there were.
///
/// Unchecked: the words are read and written as processes do that share them, by atomic operations.
final class Tally: @unchecked Sendable {
  static let size = 4096
  static let seats = 0..<size / MemoryLayout<UInt64>.size
  /// Who has written nothing for so long may have ended, or hang: it is nobody to leave connections to.
  static let freshness = Duration.seconds(1)

  let descriptor: Int32
  private let words: UnsafeMutablePointer<UInt64>

  /// Nothing where the system has none to give.
  convenience init?() {
    self.init(shared_memory("roster-tally", FigureMemory.size))
  }

  /// What the supervisor has made; nothing where it is no such memory. The descriptor is this one's from now on.
  init?(_ descriptor: Int32) {
    guard descriptor >= 0 else { return nil }
    var status = stat()
    let isLarge = fstat(descriptor, &status) == 0 && status.st_size >= Self.size
    let memory = isLarge ? mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0) : MAP_FAILED
    guard let memory, memory != MAP_FAILED else {
      close(descriptor)
      return nil
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    self.descriptor = descriptor
    words = memory.bindMemory(to: UInt64.self, capacity: Self.seats.count)
  }

  deinit {
    munmap(words, Self.size)
    close(descriptor)
  }

  /// One that nobody has, given those that somebody has.
  func freeSeat(beside taken: some Collection<Int>) -> Seat? {
    Self.seats.first { !taken.contains($0) }.map { Seat(tally: self, number: $0) }
  }

  fileprivate func write(_ word: UInt64, at seat: Int) { store_relaxed(words + seat, word) }

  /// What is fresh, but for one seat's.
  func counts(beside seat: Int, at now: MonotonicTime) -> [Int] {
    Self.seats.compactMap { other in
      let word = load_relaxed(words + other)
      guard other != seat, word != 0, milliseconds(now) - Int64(word >> 16) < Self.limit else { return nil }
      return Int(word & 0xFFFF)
    }
  }

  private static let limit = freshness.nanoseconds / 1_000_000
}

/// A worker's word in a tally.
struct Seat {
  let tally: Tally
  let number: Int

  /// Tells the others how many connections its worker has; nil: that it takes none.
  func write(_ connections: Int?, at now: MonotonicTime) {
    let word = connections.map { UInt64(max(1, milliseconds(now))) << 16 | UInt64(min(max(0, $0), 0xFFFF)) }
    tally.write(word ?? 0, at: number)
  }

  /// How many each of the other workers has that serves.
  func others(at now: MonotonicTime) -> [Int] { tally.counts(beside: number, at: now) }
}

private func milliseconds(_ time: MonotonicTime) -> Int64 { time.nanoseconds / 1_000_000 }
