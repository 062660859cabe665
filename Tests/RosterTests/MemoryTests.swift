import Glibc
import TestSupport
import Testing

/// What a worker's memory does under bodies of a mebibyte, with the real parts.
@Suite(.ownThread) struct MemoryTests {
  private static let mebibyte = 1 << 20

  /// Bytes of a process, by a line of /proc/PID/status.
  private static func memory(_ field: String, _ process: pid_t) throws -> Int {
    let lines = contents(of: "/proc/\(process)/status").split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix(field) })
    return try #require(Int(line.split(whereSeparator: \.isWhitespace)[1])) << 10
  }

  private static func create(_ name: String) -> String {
    #"{"email":"\#(name.prefix(8))@example.com","name":"\#(name)"}"#
  }

  private static func isRefused(_ answer: FastCGIClient.Answer) -> Bool {
    answer.head.hasPrefix("Status: 503") && answer.head.contains("\r\nRetry-After: 1")
  }

  @Test func `while PostgreSQL hangs, large bodies are refused, small ones wait, and memory stays flat`() async throws
  {
    let cluster = try PostgreSQLCluster()
    let roster = try RunningProgram(
      ["--pool-busy-timeout", "60", "--statement-timeout", "60", "--max-memory", "\(32 * Self.mebibyte)"],
      database: cluster.url(try cluster.makeDatabase()))
    #expect(try roster.ask("GET", "/users/").text == "[]")
    let (id, bystander) = (try roster.id, try roster.connect())
    let before = try Self.memory("VmRSS", id)
    let name = "large" + Self.times(Self.mebibyte - 1000, "n")
    let large = RunningProgram.request("POST", "/users/", Self.create(name))
    try cluster.pause()
    var (waiting, refused): ([FastCGIClient], Int) = ([], 0)
    for number in 1...12 {
      let (first, second) = (try roster.connect(), try roster.connect())
      first.send(large)
      second.send(RunningProgram.request("POST", "/users/", Self.create("small\(number)")))
      waiting.append(second)
      for _ in 1...2 {  // behind these it has read what was sent before
        bystander.send(Records.request([("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/livez")]))
        #expect(try bystander.answer().head.hasPrefix("Status: 200"))
      }
      if number <= 4 { waiting.append(first) } else if Self.isRefused(try first.answer()) { refused += 1 }
      #expect(try Self.memory("VmRSS", id) - before < 64 * Self.mebibyte)
    }
    #expect(refused == 8)
    try cluster.resume()
    let answers = try waiting.map { try $0.answer().head.prefix(11) }
    #expect(answers.count { $0 == "Status: 200" } == 13)
    // One of the large ones is the first to have its address.
    #expect(answers.allSatisfy { ["Status: 200", "Status: 400", "Status: 503"].contains($0) })
    let refusal = "requests are refused: those that wait take as much memory as they may"
    #expect(try roster.count(refusal, atLeast: 1) == 1)
  }

  // MARK: An address space of a gibibyte

  private static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

  /// Each a mebibyte at most, of what becomes many times as much: in a tree, in an answer that repeats it, in a guess.
  private static let hostile: [String] = [
    #"{"x":["# + "\"\(times(mebibyte - 5000, "a"))\"" + times(1023, ",0") + "]}",
    "[" + times(mebibyte / 2 - 2, "0,") + "0]",
    "[" + times(mebibyte / 4 - 1, "[0],") + "0]",
    "[" + times(mebibyte / 7 - 1, #"{"":0},"#) + "0]",
    "{" + (0..<80_000).map { #""\#($0)":[{}]"# }.joined(separator: ",") + "}",
    #"{"x":["# + times(mebibyte / 50, "1e15,") + "0]}",
    "[" + times(580, times(900, "[") + times(900, "]") + ",") + "0]",
    "[" + times(160, times(900, #"{"a":"#) + "0" + times(900, "}") + ",") + "0]",
    #"{"email":""# + times(mebibyte / 6 - 4, #"\u0001"#) + #""}"#,
    #"{"name":""# + times(mebibyte / 6 - 4, #"\ud800"#) + #""}"#,
    "[" + times(243, times(4300, "9") + ",") + "0]",
    #"[""# + times(mebibyte / 2, "a") + #"""# + times(mebibyte / 4 - 10, ",0") + "]",
  ]

  @Test func `no body makes a worker ask for what it cannot have`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let roster = try RunningProgram(
      database: cluster.url(try cluster.makeDatabase()),
      under: ["sh", "-c", #"ulimit -v 1048576; exec "$@""#, "sh"])
    #expect(try roster.ask("GET", "/users/").text == "[]")
    let id = try roster.id
    for body in Self.hostile {
      #expect(body.utf8.count <= Self.mebibyte)
      #expect(try roster.ask("POST", "/users/", body).head.hasPrefix("Status: 422"))
    }
    // All at a time: each is answered, or refused.
    let clients = try Self.hostile.map { (try roster.connect(), $0) }
    for (client, body) in clients { client.send(RunningProgram.request("POST", "/users/", body)) }
    for (client, _) in clients {
      let answer = try client.answer()
      #expect(answer.head.hasPrefix("Status: 422") || Self.isRefused(answer))
    }
    #expect(try roster.id == id)
    #expect(try Self.memory("VmPeak", id) < 512 * Self.mebibyte)
    #expect(try roster.ask("POST", "/users/", Self.create("afterwards")).head.hasPrefix("Status: 200"))
  }

  /// A row of a mebibyte, and a page on which it comes first: what follows is not given its length.
  @Test func `a long row among short ones takes the memory of one`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let roster = try RunningProgram(
      database: cluster.url(try cluster.makeDatabase()),
      under: ["sh", "-c", #"ulimit -v 524288; exec "$@""#, "sh"])
    let name = Self.times(Self.mebibyte - 100, "n")
    #expect(try roster.ask("POST", "/users/", Self.create(name)).head.hasPrefix("Status: 200"))
    for number in 100..<300 { #expect(try roster.ask("POST", "/users/", Self.create("a\(number)")).status == 0) }
    #expect(try roster.ask("GET", "/users/?limit=2000").body.count > Self.mebibyte)
  }
}
