internal import EventLoop
internal import FastCGI
internal import Glibc

/// Runs one benchmark: `microbenchmarks NAME COUNT`. Without arguments it prints their names. Benchmarks/instructions
/// has callgrind count what they do.
@main enum Microbenchmarks {
  static func main() {
    // Not in a task: from there the loop's handlers, too, start the tasks of requests.
    do { try EventLoop.main.run { _ = EventLoop.main.schedule(after: .zero) { work() } } } catch { fail(error) }
  }

  @LoopActor private static func work() {
    do {
      try FastCGI.selfTest()
      try run(CommandLine.arguments.dropFirst())
      exit(0)
    } catch {
      fail(error)
    }
  }

  private static func fail(_ error: any Error) -> Never {
    let message = "microbenchmarks: \(error)\n"
    write(2, message, message.utf8.count)
    exit(1)
  }

  @LoopActor private static func run(_ arguments: ArraySlice<String>) throws {
    let benchmarks = try protocolBenchmarks() + webBenchmarks() + databaseBenchmarks() + requestBenchmarks()
    guard let name = arguments.first else { return benchmarks.forEach { print($0.name) } }
    guard let benchmark = benchmarks.first(where: { $0.name == name }), let count = Int(arguments.last ?? "") else {
      throw Unexpected("usage: microbenchmarks [NAME COUNT]")
    }
    print(try benchmark.run(count))
  }
}
