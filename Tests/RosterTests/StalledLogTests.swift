import Glibc
import TestSupport
import Testing

/// Nobody reads what the service logs.
@Suite(.ownThread) struct StalledLogTests {
  /// A pipe in the file system, of which the test has the reading end.
  private final class Pipe {
    let folder: String
    let reader: Int32
    private var text = ""

    var path: String { "\(folder)/log" }

    init() throws {
      folder = try makeTemporaryFolder()
      try ChildProcess.run(["mkfifo", "-m", "666", "\(folder)/log"])
      reader = open("\(folder)/log", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    }

    deinit {
      close(reader)
      try? ChildProcess.run(["rm", "-rf", folder])
    }

    /// All that came, as soon as it is enough.
    func read(until isEnough: (String) -> Bool) throws -> String {
      try Poll.until {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(reader, &buffer, buffer.count)
        if count > 0 { text += String(decoding: buffer[..<count], as: UTF8.self) }
        return isEnough(text) ? text : nil
      }
    }
  }

  /// A shell's words that start a program with the pipe as its file descriptor 2.
  private static let openly = #"exec "$@" 2>"$0""#
  /// The same, where the program may not open the pipe anew.
  private static let closed =
    #"exec 3>"$0" && chmod 0 "$0" && exec \#(getuid() == 0 ? "setpriv --bounding-set=-dac_override --" : "env") "$@" 2>&3"#

  @Test(arguments: [(openly, true), (closed, false)])
  func `four workers go on answering, and what comes through at last is whole and counted`(
    way: String, isOpenedAnew: Bool
  ) async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let pipe = try Pipe()
    let roster = try RunningProgram(
      ["--workers", "4", "--echo"], database: cluster.urlOverTCP(try cluster.makeDatabase()),
      under: ["sh", "-c", way, pipe.path])
    for worker in try roster.workers(4) {
      let flags = contents(of: "/proc/\(worker)/fdinfo/2").split(separator: "\n").first { $0.hasPrefix("flags:") }
      let isNonBlocking = try #require(Int32(flags?.dropFirst(7) ?? "", radix: 8)) & O_NONBLOCK != 0
      #expect(isNonBlocking == isOpenedAnew)
    }
    let name = String(repeating: "n", count: 1000)
    let answers = try (0..<400).map { number in
      try roster.ask("POST", "/users/", #"{"email":"u\#(number)@example.com","name":"\#(name)"}"#).head
    }
    #expect(answers.allSatisfy { $0.contains("Status: 200") }, "\(answers.first ?? "")")
    let log = try pipe.read { $0.contains("lines of the log are missing here") && $0.hasSuffix("\n") }
    for line in log.split(separator: "\n") {
      #expect(line.wholeMatch(of: /20\d\d-[-0-9T:.]+Z [a-z]+ \[\d+\] .*/) != nil, "\(line)")
    }
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
  }

  @Test func `a service that is told to end while nobody reads ends in time`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let pipe = try Pipe()
    let roster = try RunningProgram(
      ["--echo"], database: cluster.urlOverTCP(try cluster.makeDatabase()),
      under: ["sh", "-c", Self.openly, pipe.path])
    for _ in 0..<600 { _ = try roster.ask("GET", "/users/1") }
    let clock = ContinuousClock()
    let took = try clock.measure {
      try roster.signal(SIGTERM)
      #expect(roster.wait() == 0)
    }
    #expect(took < .seconds(5))
  }

  @Test func `why a service does not start is told also to a slow reader`() throws {
    let pipe = try Pipe()
    let roster = try RunningProgram(
      ["--api-keys", "/nonexistent/keys"], database: "host=/nonexistent", under: ["sh", "-c", Self.openly, pipe.path])
    #expect(roster.wait() == 78)
    #expect(try pipe.read { $0.hasSuffix("\n") }.contains("/nonexistent/keys"))
  }
}
