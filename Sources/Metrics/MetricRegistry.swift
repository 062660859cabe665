internal import CLinux
internal import EventLoop

/// The figures that a process writes: each is declared once, and from then on costs a store to change. For one thread.
///
/// ```swift
/// let registry = MetricRegistry(area, process: getpid())
/// let orders = registry.counter("shop_orders_total", "Orders that were taken.", labels: [.init("kind", "new")])
/// orders.add()
/// ```
public final class MetricRegistry {
  /// Numbers of a figure for which there was no room any more.
  private static let longest = 64

  private let area: MetricArea
  private var end = MetricArea.headerWords
  /// By their texts.
  private var known: [String: UnsafeMutablePointer<UInt64>] = [:]
  /// What finds no room is written here, and read by nobody. Unsafe: it means nothing, and is never given back.
  private nonisolated(unsafe) static let nowhere: UnsafeMutablePointer<UInt64> = {
    let numbers = UnsafeMutablePointer<UInt64>.allocate(capacity: longest)
    numbers.initialize(repeating: 0, count: longest)
    return numbers
  }()

  /// An empty registry in `area`, of which nobody else writes.
  /// - Parameters:
  ///   - area: what it writes.
  ///   - process: the system's number for the one that writes.
  ///   - place: of the process in its service.
  ///   - generation: which replacement of the whole service it belongs to.
  ///   - started: when the process began, in seconds of Unix time.
  public init(_ area: MetricArea, process: Int32, place: Int = 0, generation: Int = 0, started: Int = 0) {
    self.area = area
    area.clear()
    area.write(UInt64(truncatingIfNeeded: process), .process)
    area.write(UInt64(truncatingIfNeeded: place), .place)
    area.write(UInt64(truncatingIfNeeded: generation), .generation)
    area.write(UInt64(truncatingIfNeeded: started), .started)
    area.publish(used: end)
    area.write(MetricArea.mark, .mark)
  }

  /// The process is at work, at this moment of the monotonic clock.
  public func beat(nanoseconds: Int64) { area.write(UInt64(bitPattern: nanoseconds), .heartbeat) }

  // MARK: Figures

  /// Something that only grows.
  public func counter(
    _ name: String, _ help: String, scale: MetricDescription.Scale = .units, labels: [MetricDescription.Label] = []
  ) -> Counter {
    Counter(word: numbers(MetricDescription(name, help, .counter, .sum, scale: scale, labels: labels)))
  }

  /// Something that goes up and down, of a process that lives; or with mode `max` the most that it ever was.
  public func gauge(
    _ name: String, _ help: String, _ mode: MetricDescription.Mode = .live, scale: MetricDescription.Scale = .units,
    labels: [MetricDescription.Label] = []
  ) -> Gauge {
    Gauge(word: numbers(MetricDescription(name, help, .gauge, mode, scale: scale, labels: labels)))
  }

  /// How long something takes, counted by these bounds, from the shortest; 62 at most count.
  public func histogram(
    _ name: String, _ help: String, labels: [MetricDescription.Label] = [], bounds: [Duration]
  ) -> Histogram {
    let limits = bounds.prefix(Self.longest - 2).map { UInt64(max(0, $0.nanoseconds)) }
    let description = MetricDescription(
      name, help, .histogram, .sum, scale: .nanoseconds, labels: labels, bounds: limits)
    return Histogram(words: numbers(description), bounds: limits)
  }

  /// Where the numbers of a figure stand, which are 0 at first.
  func numbers(_ description: MetricDescription) -> UnsafeMutablePointer<UInt64> {
    let text = description.text
    if let numbers = known[text] { return numbers }
    guard description.count <= Self.longest, let numbers = append(text, description.count) else {
      return Self.nowhere
    }
    known[text] = numbers
    return numbers
  }

  /// Nil where there is no room.
  func append(_ text: String, _ count: Int) -> UnsafeMutablePointer<UInt64>? {
    let bytes = Array(text.utf8)
    let length = 1 + MetricArea.Block.words(ofText: bytes.count) + count
    guard length <= area.count - end else { return nil }
    for index in 0..<length { store_relaxed(area.words + end + index, 0) }
    UnsafeMutableRawPointer(area.words + end + 1).copyMemory(from: bytes, byteCount: bytes.count)
    store_relaxed(area.words + end, MetricArea.Block.head(length: length, textLength: bytes.count))
    let numbers = area.words + end + length - count
    end += length
    area.publish(used: end)
    return numbers
  }
}

// MARK: Of those that have ended

extension MetricRegistry {
  /// Adds what a process has left that has ended, and clears its area: whoever reads both with ``MetricArea/consistent(_:)`` finds it
  /// in one of them.
  public func inherit(_ other: MetricArea) {
    area.lock.change {
      for reading in other.readings where reading.description.mode != .live {
        let numbers = numbers(reading.description)
        for (index, number) in reading.numbers.enumerated() where numbers != Self.nowhere {
          let before = load_relaxed(numbers + index)
          store_relaxed(numbers + index, reading.description.mode == .sum ? before &+ number : max(before, number))
        }
      }
      other.clear()
    }
  }
}

extension MetricArea {
  fileprivate var lock: SequenceLock { SequenceLock(number: words + Field.sequence.rawValue) }

  /// What `read` returns from this area and others while nothing was moved between them; or, if that does not come to rest, what it
  /// returned last.
  public func consistent<Value>(_ read: () -> Value) -> Value { lock.consistent(read) ?? read() }
}
