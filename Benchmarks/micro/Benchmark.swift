internal import EventLoop

/// Work that is done over and over with the same input.
struct Benchmark {
  /// One time. Its result depends on the work, lest the optimiser leave it out.
  typealias Work = @LoopActor () throws -> Int

  let name: String
  /// Makes the work of one time; what has to be there before is made here, and not counted.
  private let prepare: @LoopActor () throws -> Work

  init(_ name: String, prepare: @escaping @LoopActor () throws -> Work) {
    self.name = name
    self.prepare = prepare
  }

  init(_ name: String, _ work: @escaping Work) {
    self.init(name, prepare: { work })
  }

  /// Does the work `count` times, after some times that are not counted and fill caches and the allocator's lists.
  @LoopActor func run(_ count: Int) throws -> Int {
    for _ in 0..<20 { _ = try prepare()() }
    return try countedCalls((0..<count).map { _ in try prepare() })
  }
}

/// callgrind counts from the entry of this function to its return; Benchmarks/instructions knows it by its name.
@inline(never) @LoopActor private func countedCalls(_ calls: [Benchmark.Work]) throws -> Int {
  var sum = 0
  for call in calls { sum &+= try call() }
  return sum
}

/// A benchmark did not do what it is for, so that counting it would tell nothing.
struct Unexpected: Error {
  let what: String

  init(_ what: String) {
    self.what = what
  }
}
