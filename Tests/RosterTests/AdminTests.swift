import Glibc
import TestSupport
import Testing

/// The process that answers on --admin, beside workers with a database.
@Suite(.ownThread) struct AdminTests {
  /// A service with two workers and its admin's socket.
  private func service(_ arguments: [String] = [], workers: Int = 2) async throws -> (RunningProgram, AdminSocket) {
    let cluster = try await PostgreSQLCluster.shared()
    let folder = try makeTemporaryFolder()
    let admin = AdminSocket(folder: folder)
    let roster = try RunningProgram(
      ["--workers", "\(workers)", "--admin", "unix:\(admin.path)"] + arguments,
      database: cluster.url(try cluster.makeDatabase()))
    try Poll.until { roster.count("serving") == workers ? true : nil }
    try Poll.until { try? admin.get("/livez").code == 200 ? true : nil }
    return (roster, admin)
  }

  @Test func `requests are counted by operation and status, whichever worker answers them`() async throws {
    let (roster, admin) = try await service()
    for _ in 0..<10 { _ = try roster.ask("GET", "/users/7") }
    _ = try roster.ask("HEAD", "/users/")
    let requests = try admin.requests()
    #expect(
      requests[#"http_request_method="GET",http_route="/users/{user_id}",http_response_status_code="404""#] == 10)
    #expect(requests[#"http_request_method="HEAD",http_route="/users/",http_response_status_code="200""#] == 1)
  }

  @Test func `nobody makes more of them by what is asked for`() async throws {
    let (roster, admin) = try await service(workers: 1)
    var random = Xorshift(seed: 19)
    let client = try roster.connect()
    for index in 0..<1000 {
      let method = index % 2 == 0 ? "GET" : "M\(random.next() % 1000)"
      let path = "/" + (0..<3).map { _ in String(random.next() % 100_000, radix: 36) }.joined(separator: "/")
      client.send(RunningProgram.request(method, path, keep: true))
      _ = try client.answer()
    }
    let requests = try admin.requests()
    #expect(requests.count == 2)
    #expect(requests[#"http_request_method="GET",http_route="unmatched",http_response_status_code="404""#] == 500)
    #expect(requests[#"http_request_method="_OTHER",http_route="unmatched",http_response_status_code="400""#] == 500)
  }

  @Test func `no counter falls when workers are killed, or replaced by a reload`() async throws {
    let (roster, admin) = try await service()
    var before = try admin.counters()
    func compare() throws {
      let now = try admin.counters()
      for (name, count) in before { #expect(now[name] ?? -1 >= count, "\(name)") }
      before = now
    }
    for round in 1...3 {
      for _ in 0..<20 { _ = try roster.ask("GET", "/users/") }
      try compare()
      let workers = try admin.workers()
      kill(workers[round % 2], SIGKILL)
      try compare()
      let old = try Poll.until {
        try compare()
        let now = try admin.workers()
        return now.count == 2 && Set(now) != Set(workers) ? now : nil
      }
      try roster.signal(SIGHUP)
      // Those who have been replaced are there until they have ended.
      try Poll.until {
        try compare()
        let now = try admin.workers()
        return roster.count("reloaded") == round && now.count == 2 && Set(now).isDisjoint(with: old) ? true : nil
      }
    }
    #expect(before.first { $0.key.hasPrefix("http_server_request_duration_seconds_count") }?.value == 60)
    #expect(before[#"roster_worker_restarts_total{reason="signal"}"#] == 3)
    // The log has it a moment earlier.
    try Poll.until {
      try compare()
      return before[#"roster_reloads_total{result="done"}"#] == 3 ? true : nil
    }
  }

  @Test func `while all workers are stopped it answers, and says that none is at work`() async throws {
    let (roster, admin) = try await service()
    let workers = try admin.workers()
    for worker in workers { kill(worker, SIGSTOP) }
    defer { for worker in workers { kill(worker, SIGCONT) } }
    #expect(try admin.get("/metrics").code == 200)
    #expect(try admin.workers() == workers)
    try Poll.until { try admin.get("/livez").code == 503 ? true : nil }
    #expect(try admin.get("/readyz").code == 503)
    let status = try Program.run(["status", "--admin", "unix:\(admin.path)"])
    #expect(status.status == 1)
    #expect(status.output.contains("Silent"))
    withExtendedLifetime(roster) {}
  }

  @Test func `it is replaced when it dies, and by a reload`() async throws {
    let (roster, admin) = try await service(workers: 1)
    let first = try #require(try roster.workers(2).first { try !admin.workers().contains($0) })
    kill(first, SIGKILL)
    #expect(try roster.says("the admin's process has ended by signal 9 and is replaced"))
    try Poll.until { try? admin.get("/livez").code == 200 ? true : nil }
    let second = try #require(try roster.workers(2).first { try !admin.workers().contains($0) })
    try roster.signal(SIGHUP)
    try Poll.until { roster.count("reloaded") == 1 ? true : nil }
    #expect(try !roster.workers(2).contains(second))
    try Poll.until { try admin.get("/readyz").code == 200 ? true : nil }
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
    #expect(access(admin.path, F_OK) != 0)
  }

  @Test func `status is JSON, or text for a person`() async throws {
    let (roster, admin) = try await service()
    _ = try roster.ask("GET", "/users/")
    let json = try admin.get("/status")
    #expect(json.text.hasPrefix(#"{"pool":"roster","process manager":"static","start time":"#))
    #expect(json.text.contains(#""total processes":2,"#))
    let text = try Program.run(["status"], ["ROSTER_ADMIN=unix:\(admin.path)"])
    #expect(text.status == 0)
    #expect(text.output.contains("\nrequests:                    1\n"))
    #expect(try Program.run(["status", "--json", "--admin", "unix:\(admin.path)"]).output.hasPrefix("{"))
    // A worker says it each second.
    let slowest =
      #""slowest requests":[{"request method":"GET","request uri":"/users/","status":200,"request duration":"#
    try Poll.until { try admin.get("/status").text.contains(slowest) ? true : nil }
    #expect(
      try Program.run(["status"], ["ROSTER_ADMIN=unix:\(admin.path)"]).output.contains(
        "\nrequest method  request uri  "))
  }

  @Test func `nothing else is answered there, and nothing without workers`() async throws {
    let (roster, admin) = try await service(workers: 1)
    #expect(try admin.get("/users/").code == 404)
    #expect(try admin.ask("POST", "/metrics").code == 405)
    #expect(
      try Program.run(["serve", "--listen", "unix:\(admin.path)x", "--admin", "unix:\(admin.path)y"]).status == 64)
    #expect(try Program.run(["status"]).status == 64)
    #expect(try Program.run(["status", "--admin", "unix:/nowhere/socket"]).status == 69)
    withExtendedLifetime(roster) {}
  }
}

/// The admin's socket, as a web server has it.
struct AdminSocket {
  let folder: String
  var path: String { "\(folder)/admin.sock" }

  func ask(_ method: String, _ target: String) throws -> FastCGIClient.Answer {
    let client = try FastCGIClient(unix: path)
    client.send(RunningProgram.request(method, target))
    return try client.answer()
  }

  func get(_ target: String) throws -> FastCGIClient.Answer { try ask("GET", target) }

  /// Every sample of /metrics.
  func samples() throws -> [String: Double] {
    var samples: [String: Double] = [:]
    for line in try get("/metrics").text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
        throw ChildProcess.Failure("no sample: \(line)")
      }
      samples[String(line[..<space])] = value
    }
    return samples
  }

  /// Those that may only grow.
  func counters() throws -> [String: Double] {
    try samples().filter { sample in
      ["_total", "_bucket", "_count", "_sum"].contains { sample.key.prefix { $0 != "{" }.hasSuffix($0) }
    }
  }

  /// How many requests there were, by their labels.
  func requests() throws -> [String: Double] {
    let name = "http_server_request_duration_seconds_count{"
    let samples = try samples().filter { $0.key.hasPrefix(name) }
    return Dictionary(
      uniqueKeysWithValues: samples.map { (String($0.key.dropFirst(name.count).dropLast()), $0.value) })
  }

  /// The processes of the workers, by their places.
  func workers() throws -> [pid_t] {
    try get("/status").text.split(separator: #""pid":"#).dropFirst().compactMap { pid_t($0.prefix { $0.isNumber }) }
  }
}

extension FastCGIClient.Answer {
  /// The status of HTTP.
  fileprivate var code: Int? {
    head.split(separator: "\r\n").first { $0.hasPrefix("Status: ") }.flatMap { Int($0.dropFirst(8).prefix(3)) } ?? 200
  }
}
