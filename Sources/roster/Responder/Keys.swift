internal import APIKeys
internal import EventLoop
internal import Glibc
internal import Logging
internal import WebAPI

/// The keys of --api-keys: read at start, and again at every SIGHUP, whatever else this process is waiting for. The log
/// says each time which hold from then on.
@LoopActor final class Keys {
  private let file: KeyFile
  private let logger: Logger
  private var ring: KeyRing

  /// Reads the file; ends the process with 78 where it cannot be used.
  nonisolated init(_ file: KeyFile, logger: Logger) {
    (self.file, self.logger) = (file, logger)
    do {
      ring = try Self.read(file, logger)
    } catch {
      fail(error, .configuration)
    }
  }

  /// Reads the file again. Where it cannot be used, the keys stay what they were, and the log says why.
  func reload() {
    do {
      ring = try Self.read(file, logger)
      logger.notice("the file of keys has been read again; \(summary)")
    } catch {
      for flaw in error.flaws.prefix(10) { logger.error("\(flaw)") }
      logger.error("\(file.path) cannot be used: the keys stay what they were; \(summary) as it was before")
    }
  }

  /// Which keys hold.
  var summary: String { "keys: \(ring.entries.count) from \(file.path)" }

  private nonisolated static func read(_ file: KeyFile, _ logger: Logger) throws(KeyFileError) -> KeyRing {
    let ring = try file.read { logger.warning("\($0)") }
    if ring.entries.isEmpty { logger.warning("\(file.path) has no key: every request is refused") }
    return ring
  }

  /// The condition of the API's operations.
  nonisolated var bearer: HTTPBearer {
    // Every request is answered on the loop.
    HTTPBearer { token in LoopActor.assumeIsolated { self.verdict(on: token) } }
  }

  private func verdict(on token: String) -> HTTPBearer.Verdict {
    guard let entry = ring.entry(of: token) else {
      logger.debug("a request has an unknown key")
      return .unknown
    }
    let verdict = entry.verdict(at: .now())
    logger.debug("a request has a key", metadata: ["key": "\(entry.name)", "expired": "\(verdict == .expired)"])
    return verdict
  }
}

extension Timestamp {
  fileprivate static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}
