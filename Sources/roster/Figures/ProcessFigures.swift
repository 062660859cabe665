internal import EventLoop
internal import FastCGI
internal import Glibc
internal import Metrics

/// What a process takes of the machine. Each says so itself: nobody else can look into it (`Secrecy`).
@LoopActor final class ProcessFigures {
  private let registry: MetricRegistry
  private let memory: Gauge
  private let processor: Counter
  private let descriptors: Gauge
  private let dropped: Counter
  private let lag: Histogram
  private var more: @LoopActor () -> Void = {}
  private var looked: MonotonicTime?
  private var looks = 0

  /// How often it looks.
  static let interval = Duration.seconds(1)
  /// Its descriptors are counted every tenth time: there may be thousands.
  private static let longTurn = 10
  private static let lagBounds: [Duration] = [
    .milliseconds(1), .milliseconds(5), .milliseconds(10), .milliseconds(50), .milliseconds(100), .milliseconds(500),
    .seconds(1), .seconds(5),
  ]

  /// `name` is what its figures are labelled with: the place of a worker.
  init(_ registry: MetricRegistry, name: String) {
    self.registry = registry
    let labels = [MetricDescription.Label("worker", name)]
    memory = registry.gauge(MetricName.memory, "Memory that the process has in use.", labels: labels)
    processor = registry.counter(
      MetricName.processor, "Time that the process has spent on processors.", scale: .nanoseconds, labels: labels)
    descriptors = registry.gauge(MetricName.descriptors, "Descriptors that the process has open.", labels: labels)
    dropped = registry.counter(
      MetricName.droppedLines, "Lines of the log that were dropped because nobody took them in time.")
    lag = registry.histogram(
      MetricName.lag, "How late the event loop is for what is due each second.", bounds: Self.lagBounds)
  }

  /// Looks now, and from now on each second; `more` is called each time.
  func begin(_ more: @escaping @LoopActor () -> Void = {}) {
    self.more = more
    turn(at: EventLoop.main.now)
  }

  private func turn(at now: MonotonicTime) {
    if let looked { lag.observe(nanoseconds: (now - looked - Self.interval).nanoseconds) }
    looked = now
    look(at: now)
    _ = EventLoop.main.schedule(after: Self.interval) { [self] in turn(at: EventLoop.main.now) }
  }

  /// Looks for the last time: what it has counted since the time before outlives it.
  func end() { look(at: EventLoop.main.now) }

  private func look(at now: MonotonicTime) {
    more()
    registry.beat(nanoseconds: now.nanoseconds)
    dropped.reach(UInt64(LogOutput.standardError.dropped))
    processor.reach(Self.processorTime)
    if let size = Self.residentMemory { memory.set(size) }
    if looks % Self.longTurn == 0 { descriptors.set(Self.openDescriptors) }
    looks &+= 1
  }

  private static var processorTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(max(0, time.tv_sec)) &* 1_000_000_000 &+ UInt64(max(0, time.tv_nsec))
  }

  /// The second number of proc_pid_statm(5), in bytes.
  private static var residentMemory: Int? {
    let numbers = ProcFile.text("self/statm")?.split(separator: " ").prefix(2).compactMap { Int($0) } ?? []
    return numbers.count == 2
      ? numbers[1].multipliedReportingOverflow(by: sysconf(Int32(_SC_PAGESIZE))).partialValue : nil
  }

  private static var openDescriptors: Int {
    guard let folder = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(folder) }
    var count = -3  // ".", "..", and the one that is looked with
    while readdir(folder) != nil { count += 1 }
    return max(0, count)
  }
}
