import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import FastCGI

/// A server, what a hostile peer makes of it, and a web server that must not notice.
@Suite(.ownThread) struct HostileStreamTests {
  /// Counts the requests that reach the responder.
  private final class Executions: Sendable {
    let count = Atomic(0)

    @LoopActor func echo(_ request: Request) async -> Response {
      count.add(1, ordering: .relaxed)
      return await FastCGITests.echo(request)
    }
  }

  private static let sentinel = Records.request([("REQUEST_URI", "/sentinel")])

  /// The lines of ``HostileStream/expected``: up to the answer to the sentinel, or to the connection's end.
  private static func answers(_ client: FastCGIClient) throws -> [String] {
    var lines: [String] = []
    var output: [UInt8] = []
    while let record = try client.receive() {
      switch record.type {
      case 6: output += record.content
      case 3:
        let line = output.isEmpty ? end(record) : response(output)
        if line == "200 /sentinel" { return lines + ["open"] }
        lines.append(line)
        output = []
      case 10: lines.append("values \(values(record.content))")
      case 11: lines.append("unknown type \(record.content[0])")
      default: lines.append("\(record)")
      }
    }
    return lines + ["closed"]
  }

  private static func end(_ record: FastCGIClient.Record) -> String {
    "end \(record.content[4])" + (record.id == 1 ? "" : " of \(record.id)")
  }

  /// The status, and the body where it was the responder that answered.
  private static func response(_ output: [UInt8]) -> String {
    let head = output.indices.first { output[$0...].starts(with: [13, 10, 13, 10]) } ?? output.endIndex
    let body = output[head...].dropFirst(4)
    let status = String(decoding: output[..<head].dropFirst("Status: ".count).prefix(3), as: UTF8.self)
    if status != "200" { return status }
    return "200 " + (body.count > 1000 ? "\(body.count) bytes" : String(decoding: body, as: UTF8.self))
  }

  private static func values(_ content: [UInt8]) -> String {
    var (rest, pairs) = (content[...], [String]())
    while rest.count >= 2 {
      let (name, value) = (Int(rest.removeFirst()), Int(rest.removeFirst()))
      pairs.append(
        String(decoding: rest.prefix(name), as: UTF8.self) + "="
          + String(decoding: rest.dropFirst(name).prefix(value), as: UTF8.self))
      rest = rest.dropFirst(name + value)
    }
    return pairs.joined(separator: "&")
  }

  // MARK: The table

  @Test(arguments: HostileStream.all)
  func `a hostile stream is answered, or ends its connection alone`(_ hostile: HostileStream) async throws {
    let executions = Executions()
    let server = try await TestServer { await executions.echo($0) }
    let good = try server.client()
    // Whole, in few pieces, and in many; the longest in no more than a thousand.
    for size in [hostile.bytes.count, 4096, 7, 1].map({ max($0, hostile.bytes.count / 1000, 1) }) {
      executions.count.store(0, ordering: .relaxed)
      let client = try server.client()
      for start in stride(from: 0, to: hostile.bytes.count, by: size) {
        client.send(Array(hostile.bytes[start...].prefix(size)))
      }
      client.send(Self.sentinel)
      let answers = try Self.answers(client)
      #expect(answers == hostile.expected, "in pieces of \(size) bytes")
      let executed = hostile.expected.count { $0.hasPrefix("200 ") || $0 == "open" }
      #expect(executions.count.load(ordering: .relaxed) == executed)
      client.hangUp()
      good.send(Records.request([("REQUEST_URI", "/good")]))
      #expect(try good.answer().text == "/good")
    }
    good.hangUp()
    try await server.drain()
  }

  @Test func `the table has every row of what libfcgi gets wrong`() {
    #expect(HostileStream.all.count >= 96)
    #expect(Set(HostileStream.all.map(\.name)).count == HostileStream.all.count, "two streams have the same name")
  }

  @Test func `64 MiB of parameters are refused, and not kept`() async throws {
    let server = try await TestServer()
    let (good, client) = (try server.client(), try server.client())
    client.send(Records.begin())
    let record = Records.record(4, [UInt8](repeating: 0, count: 65_534))
    for _ in 0..<1025 { client.send(record) }
    good.send(Records.request())
    #expect(try good.answer().text == "/")
    client.send(Records.record(4) + Records.record(5) + Self.sentinel)
    #expect(try Self.answers(client) == ["431", "open"])
    client.hangUp()
    good.hangUp()
    try await server.drain()
  }

  // MARK: Streams that stop

  @Test func `a request that stops after any of its bytes ends its connection alone`() async throws {
    var configuration = ServerConfiguration()
    configuration.partialRequestTimeout = .milliseconds(200)
    let executions = Executions()
    let server = try await TestServer(configuration) { await executions.echo($0) }
    let good = try server.client()
    let request =
      Records.getValues(["FCGI_MAX_CONNS"]) + Records.record(5, [1, 2], id: 9, padding: 3)
      + Records.post(Array("body".utf8))
    let values = Records.getValues(["FCGI_MAX_CONNS"]).count
    let stalled = try (1..<request.count).map { count in
      let client = try server.client()
      client.send(Array(request.prefix(count)))
      return (client, count)
    }
    for (client, count) in stalled {
      let isBetween = [values, values + 13].contains(count)  // no request has begun: such a connection may stay
      if isBetween { client.send(Self.sentinel) }
      let answers = (count < values ? [] : ["values FCGI_MAX_CONNS=4096"]) + [isBetween ? "open" : "closed"]
      #expect(try Self.answers(client) == answers, "after \(count) bytes")
      client.hangUp()
    }
    #expect(executions.count.load(ordering: .relaxed) == 2)
    good.send(Records.request())
    #expect(try good.answer().text == "/")
    good.hangUp()
    try await server.drain()
  }

  @Test func `two hundred stalled connections do not slow two thousand requests`() async throws {
    let server = try await TestServer()
    let client = try server.client()
    func timeOfRequests() throws -> Duration {
      let start = MonotonicTime.now()
      for _ in 0..<200 {
        client.send(Records.request())
        #expect(try client.answer().text == "/")
      }
      return MonotonicTime.now() - start
    }
    let request = Records.post(Array("body".utf8))
    var (alone, beside): (Duration, Duration) = (.seconds(1000), .seconds(1000))
    // In turns, of which the quickest counts: the other tests share the loop and the machine.
    for _ in 0..<10 {
      alone = min(alone, try timeOfRequests())
      let stalled = try (1...200).map { number in (try server.client(), number % request.count) }
      for (client, sent) in stalled { client.send(Array(request.prefix(sent))) }
      #expect(try await server.waits { $0.connections == 201 })
      beside = min(beside, try timeOfRequests())
      for (client, sent) in stalled { client.send(Array(request.dropFirst(sent))) }
      for (client, _) in stalled { #expect(try client.answer().text == "body") }
      for (client, _) in stalled { client.hangUp() }
      #expect(try await server.waits { $0.connections == 1 })
    }
    #expect(beside < alone * 3)
    client.hangUp()
    try await server.drain()
  }

  // MARK: Streams by chance

  @Test(arguments: [7, 8] as [UInt64])
  func `a thousand mutated streams end no other connection`(seed: UInt64) async throws {
    let server = try await TestServer()
    let good = try server.client()
    let streams = HostileStream.all.map(\.bytes).filter { $0.count < 4096 }
    var random = Xorshift(seed: seed)
    for _ in 0..<1000 {
      var stream = streams.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &random) { stream.mutate(&random) }
      let client = try server.client()
      client.send(stream)
      good.send(Records.request())
      #expect(try good.answer().text == "/")
      client.hangUp()
    }
    #expect(try await server.waits { $0.connections == 1 && $0.requestsInFlight == 0 })
    good.hangUp()
    try await server.drain()
  }
}
