internal import ArgumentParser
internal import FastCGI

/// How many processes answer requests, what a request may take, and how long the last ones have.
struct RequestOptions: ParsableArguments {
  @Option(Settings.workers) var workers: Int?
  @Option(Settings.maxBody) var maxBody: Int?
  @Option(Settings.maxMemory) var maxMemory: Int?
  @Option(Settings.drainTimeout) var drainTimeout: Seconds?

  /// Nothing without --workers.
  func workerCount() throws -> Int? { try Settings.workers.value(workers) }

  /// In bytes.
  func bodyLimit() throws -> Int { try Settings.maxBody.value(maxBody) }

  /// In bytes. What is said must suffice for the longest body; by default it does.
  func memoryLimit() throws -> Int {
    let least = ServerConfiguration.leastMemory(bodyLimit: try bodyLimit())
    guard let limit = try Settings.maxMemory.value(maxMemory) else { return max(64 << 20, least) }
    try (least...(1 << 40)).check("--max-memory")(limit)
    return limit
  }

  func drainDuration() throws -> Duration { try Settings.drainTimeout.value(drainTimeout).duration }
}
