internal import CLinux
internal import Gateway
internal import Glibc
internal import Metrics

/// Where the processes of a service write their figures: behind the page of the tally, in the same memory. The first area is the
/// supervisor's, the second has what processes have left that have ended; then comes one for each seat of the tally.
///
/// All of it is mapped here, which costs nothing: memory is taken only of what is written, or looked at.
final class FigureMemory: Sendable {
  /// Where the areas begin: a whole page, however large those of the machine are.
  private static let start = 64 << 10
  private static let areaSize = 256 << 10
  private static let areas = 2 + Tally.seats.count
  /// Of the tally and the areas together, in bytes.
  static let size = start + areas * areaSize

  /// The supervisor's own figures.
  let supervisors: MetricArea
  /// What processes have left that have ended.
  let ended: MetricArea
  private let seats: [MetricArea]
  private let descriptor: Int32

  /// Nothing where the memory is that of an older program, or cannot be mapped. It is mapped as long as the process lives.
  init?(_ tally: Tally, canWrite: Bool) {
    descriptor = tally.descriptor
    guard Self.isLarge(descriptor),
      let memory = Self.map(descriptor, 0, Self.size, PROT_READ | (canWrite ? PROT_WRITE : 0))
    else { return nil }
    let areas = (0..<Self.areas).compactMap { index in
      MetricArea(memory + Self.start + index * Self.areaSize, bytes: Self.areaSize)
    }
    guard areas.count == Self.areas else { return nil }
    (supervisors, ended, seats) = (areas[0], areas[1], Array(areas[2...]))
  }

  func area(of seat: Int) -> MetricArea? { seats.indices.contains(seat) ? seats[seat] : nil }

  /// Those of the processes that live. Areas that nobody has written yet are not looked at, which would take memory of them
  /// (lseek(2), SEEK_DATA).
  private var taken: [MetricArea] {
    let seekData: Int32 = 3  // glibc names it for _GNU_SOURCE only
    var (index, areas): (Int, [MetricArea]) = (0, [])
    while case let position = Int(lseek(descriptor, off_t(Self.start(ofSeat: index)), seekData)), position >= 0 {
      index = max(index, (position - Self.start(ofSeat: 0)) / Self.areaSize)
      guard index < seats.count else { break }
      if seats[index].owner != nil { areas.append(seats[index]) }
      index += 1
    }
    return areas
  }

  /// What there is at this moment, of everybody.
  func snapshot() -> Snapshot {
    ended.consistent {
      Snapshot(
        processes: taken.compactMap { area in
          area.owner.map { Snapshot.Process($0, area.readings, slowest: area.note(RequestMeter.slowest)) }
        },
        others: supervisors.readings + ended.readings)
    }
  }

  // MARK: One area

  /// The area of one seat, for whoever has it.
  static func area(of seat: Seat) -> MetricArea? {
    guard isLarge(seat.tally.descriptor),
      let memory = map(seat.tally.descriptor, start(ofSeat: seat.number), areaSize, PROT_READ | PROT_WRITE)
    else { return nil }
    return MetricArea(memory, bytes: areaSize)
  }

  private static func start(ofSeat number: Int) -> Int { start + (2 + number) * areaSize }

  private static func isLarge(_ descriptor: Int32) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_size >= size
  }

  private static func map(
    _ descriptor: Int32, _ start: Int, _ size: Int, _ protection: Int32
  ) -> UnsafeMutableRawPointer? {
    let memory = mmap(nil, size, protection, MAP_SHARED, descriptor, off_t(start))
    return memory == MAP_FAILED ? nil : memory
  }
}
