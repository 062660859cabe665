import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import FastCGI

struct MemoryAccountTests {
  private static let large = MemoryAccount.small + 1

  private func charge(_ account: inout MemoryAccount, _ bytes: Int, _ before: Int = 0) -> Bool {
    account.charge(bytes, insteadOf: before)
  }

  @Test func `what was charged is room for nobody else, until it is given back`() {
    var account = MemoryAccount(limit: 4 * Self.large)
    for _ in 1...3 { #expect(charge(&account, Self.large)) }
    #expect(!charge(&account, Self.large))
    #expect(charge(&account, 0, Self.large))
    #expect(charge(&account, Self.large))
    #expect(account.used == 3 * Self.large)
  }

  @Test func `a quarter is for small charges alone, and not even they go beyond the limit`() {
    var account = MemoryAccount(limit: 4 * Self.large)
    for _ in 1...3 { _ = charge(&account, Self.large) }
    #expect(charge(&account, MemoryAccount.small))
    #expect(!charge(&account, MemoryAccount.small))
    #expect(charge(&account, 1))
    #expect(account.used == 4 * Self.large)
    #expect(!charge(&account, 1))
  }

  @Test func `what grows is charged for what it grows by, and what shrinks is never refused`() {
    var account = MemoryAccount(limit: 1000)
    #expect(charge(&account, 600))
    #expect(charge(&account, 1000, 600))
    #expect(!charge(&account, 1001, 1000))
    #expect(charge(&account, 999, 1000))
    #expect(charge(&account, 0, 999))
    #expect(account.used == 0)
  }

  @Test func `refusals that follow one another are told once`() {
    var account = MemoryAccount(limit: 1000)
    func isNew(_ account: inout MemoryAccount, _ seconds: Int64) -> Bool {
      account.isNewRefusal(at: MonotonicTime(nanoseconds: 0) + .seconds(seconds))
    }
    #expect(isNew(&account, 0))
    for second in [1, 10, 19, 28] as [Int64] { #expect(!isNew(&account, second)) }
    #expect(isNew(&account, 39))
    #expect(!isNew(&account, 40))
  }

  @Test(arguments: [0, 1, 1 << 20, 1 << 30])
  func `the longest body that is permitted has a place`(bodyLimit: Int) {
    var account = MemoryAccount(limit: MemoryAccount.least(bodyLimit: bodyLimit))
    #expect(charge(&account, 2 * bodyLimit + 128 << 10))  // an array may have twice the room
    let cost = MemoryAccount.cost(parameters: 128 << 10, body: bodyLimit)
    #expect(charge(&account, cost, 2 * bodyLimit + 128 << 10))
  }
}

/// The account where it is kept: a server whose requests wait.
@Suite(.ownThread) struct BoundedMemoryTests {
  /// Holds requests whose target is not `/now`.
  private final class Gate: Sendable {
    private let isOpen = Atomic(false)

    func open() { isOpen.store(true, ordering: .relaxed) }

    @LoopActor func answer(_ request: Request) async -> Response {
      while request.parameter("REQUEST_URI") != "/now", !isOpen.load(ordering: .relaxed) {
        await EventLoop.main.sleep(for: .milliseconds(5))
      }
      return Response(body: Array("\(request.body.count)".utf8))
    }
  }

  private static func server(_ gate: Gate) async throws -> TestServer {
    var configuration = ServerConfiguration()
    configuration.memoryLimit = 16 << 20
    return try await TestServer(configuration) { await gate.answer($0) }
  }

  private static let large = Records.post([UInt8](repeating: 7, count: 1 << 20))
  private static func now(_ body: Int) -> [UInt8] {
    Records.request([("REQUEST_URI", "/now")], body: [UInt8](repeating: 7, count: body))
  }

  @Test func `large bodies that wait are refused beyond the limit, and small requests go on`() async throws {
    let gate = Gate()
    let server = try await Self.server(gate)
    let waiting = try server.client()
    waiting.send(Self.large)
    #expect(try await server.waits { $0.requestsInFlight == 1 })
    let clients = try (0..<50).map { _ in try server.client() }
    for client in clients {
      client.send(Self.large)
      let answer = try client.answer()
      #expect(answer.head.hasPrefix("Status: 503 Service Unavailable\r\n"))
      #expect(answer.head.contains("\r\nRetry-After: 1\r\n"))
      #expect(answer.text == #"{"detail":"Service Unavailable"}"#)
    }
    // Small ones on the same connections, all at a time.
    for client in clients { client.send(Self.now(16 << 10)) }
    for client in clients { #expect(try client.answer().text == "\(16 << 10)") }
    #expect(server.notices.all == ["\(Notice.outOfMemory)"])
    gate.open()
    #expect(try waiting.answer().text == "\(1 << 20)")
    for client in clients {
      client.send(Self.large)
      #expect(try client.answer().text == "\(1 << 20)")
    }
    try await server.drain()
  }

  @Test func `requests that only arrive are bounded together, each byte of them counted`() async throws {
    let server = try await Self.server(Gate())
    // The first ones take the room there is, and keep it as long as they stop; those behind them are refused.
    let stalled = try (0..<40).map { _ in try server.client() }
    let large = Self.now(1 << 20)
    for client in stalled { client.send(Array(large.dropLast(9))) }
    let client = try server.client()
    client.send(Self.now(100))
    #expect(try client.answer().text == "100")
    for client in stalled { client.send(Array(large.suffix(9))) }
    let answers = try stalled.map { try $0.answer().head.prefix(11) }
    #expect(Set(answers) == ["Status: 503", "Status: 200"])
    #expect(answers.count { $0 == "Status: 200" } < 12)
    for client in stalled { client.hangUp() }
    client.hangUp()
    try await server.drain()
  }

  @Test func `what is kept of a request that was cut off counts until it has ended`() async throws {
    let gate = Gate()
    let server = try await Self.server(gate)
    for number in 1...2 {
      let client = try server.client()
      client.send(Self.large)
      #expect(try await server.waits { $0.requestsInFlight == min(number, 1) })
      if number == 2 { #expect(try client.answer().head.hasPrefix("Status: 503")) }
      client.hangUp()
      #expect(try await server.waits { $0.connections == 0 })
    }
    gate.open()
    #expect(try await server.waits { $0.requestsInFlight == 0 })
    let client = try server.client()
    client.send(Self.large)
    #expect(try client.answer().text == "\(1 << 20)")
    client.hangUp()
    try await server.drain()
  }

  @Test func `a connection that keeps more than there is room for without a request ends`() async throws {
    let gate = Gate()
    let server = try await Self.server(gate)
    let waiting = try server.client()
    waiting.send(Self.large)
    #expect(try await server.waits { $0.requestsInFlight == 1 })
    let bystander = try server.client()
    let question = Records.getValues([String(repeating: "a", count: 60_000)])
    let clients = try (0..<300).map { _ in
      let client = try server.client()
      client.send(Array(question.dropLast()))
      bystander.send(Self.now(1))  // behind its answer the other has been read
      #expect(try bystander.answer().text == "1")
      return client
    }
    for client in clients { client.send([0]) }
    let ended = try clients.count { try $0.receive() == nil }
    #expect(ended > 100 && ended < 300)
    gate.open()
    #expect(try waiting.answer().text == "\(1 << 20)")
    try await server.drain()
  }
}
