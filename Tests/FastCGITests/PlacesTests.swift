import EventLoop
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import FastCGI

@Suite(.ownThread) struct PlacesTests {
  // MARK: The decision

  private typealias Standings = [Int32: Places.Standing]

  private static func since(_ milliseconds: Int64, _ waiting: Places.Waiting) -> Places.Standing {
    Places.Standing(waiting: waiting, since: time(milliseconds))
  }

  private static func time(_ milliseconds: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: milliseconds * 1_000_000)
  }

  private func next(_ places: inout Places, _ standings: Standings, at now: Int64) -> Int32? {
    places.next(at: Self.time(now), among: standings.keys) { standings[$0] }
  }

  /// The order in which all of them would end.
  private func order(_ standings: Standings, at now: Int64) -> [Int32] {
    var (places, rest, order) = (Places(), standings, [Int32]())
    while let next = next(&places, rest, at: now) {
      order.append(next)
      rest[next] = nil
    }
    return order
  }

  @Test
  func `who never asked ends first, then who asks for nothing, then who does not go on, each the longest first`() {
    let standings: Standings = [
      1: Self.since(0, .rest), 2: Self.since(10, .request), 3: Self.since(5, .request),
      4: Self.since(3000, .firstRequest),
      5: Self.since(2000, .firstRequest), 6: Self.since(1000, .rest),
    ]
    #expect(order(standings, at: 10_000) == [5, 4, 3, 2, 1, 6])
  }

  @Test func `nobody ends whose time is not over`() {
    #expect(order([1: Self.since(0, .firstRequest), 2: Self.since(0, .request)], at: 99) == [])
    #expect(order([1: Self.since(0, .firstRequest), 2: Self.since(0, .request)], at: 100) == [1, 2])
    #expect(order([1: Self.since(0, .rest)], at: 1999) == [])
    #expect(order([1: Self.since(0, .rest), 2: Self.since(1950, .firstRequest)], at: 2000) == [1])
    #expect(order([:], at: 0) == [])
  }

  @Test func `who has begun to ask since it was looked, and a newcomer under the same number, stay`() {
    var places = Places()
    var standings: Standings = [1: Self.since(0, .request), 2: Self.since(1, .request), 3: Self.since(2, .request)]
    #expect(next(&places, standings, at: 1000) == 1)
    standings[1] = Self.since(1000, .firstRequest)
    standings[2] = nil
    #expect(next(&places, standings, at: 1000) == 3)
    standings[3] = Self.since(1000, .rest)
    #expect(next(&places, standings, at: 1000) == nil)
    #expect(next(&places, standings, at: 1100) == 1)
  }

  @Test func `a crowd of newcomers is looked at once, not once for each`() {
    var places = Places()
    var looks = 0
    let standings = Standings(uniqueKeysWithValues: (0..<4096).map { ($0, Self.since(Int64($0), .firstRequest)) })
    for expected in 0..<4096 as Range<Int32> {
      let next = places.next(at: Self.time(100_000), among: standings.keys) {
        looks += 1
        return standings[$0]
      }
      #expect(next == expected)
    }
    #expect(looks == 2 * 4096)
  }

  // MARK: The server

  private func server(places: Int) async throws -> TestServer {
    var configuration = ServerConfiguration()
    configuration.connections = places
    return try await TestServer(configuration)
  }

  private static let half = Array(Records.request([("REQUEST_URI", "/half")]).prefix(20))

  private func ask(_ server: TestServer, _ count: Int = 1) throws {
    for _ in 0..<count {
      let client = try server.client()
      client.send(Records.request([("REQUEST_URI", "/x")]))
      #expect(try client.answer().text == "/x")
    }
  }

  @Test func `idle connections make way, longest first, and requests under way do not`() async throws {
    let server = try await server(places: 8)
    let asked = try server.client()
    asked.send(Records.request())
    #expect(try asked.answer().text == "/")
    let half = try server.client()
    half.send(Self.half)
    let idle = try (0..<6).map { _ in try server.client() }
    #expect(try await server.waits { $0.connections == 8 })
    try await pause(Places.beginTime)
    let late = try (0..<5).map { _ in try server.client() }
    for client in late { client.send(Records.request([("REQUEST_URI", "/late")])) }
    for client in late { #expect(try client.answer().text == "/late") }
    for client in idle.prefix(5) { #expect(try client.ends()) }
    asked.send(Records.request())
    #expect(try asked.answer().text == "/")
    half.send(Array(Records.request([("REQUEST_URI", "/half")]).dropFirst(20)))
    #expect(try half.answer().text == "/half")
    #expect(Set(server.notices.all) == ["\(Notice.madeWay)"])
    withExtendedLifetime((late, idle)) {}
    try await server.drain()
  }

  /// What a peer sends; of much a test says the beginning.
  struct Sent: CustomTestStringConvertible {
    let bytes: [UInt8]
    var testDescription: String { "\(bytes.count) bytes: \(bytes.prefix(24))" }
  }

  /// What holds a place without a request that is executed.
  @Test(
    arguments: [
      [], half, Array(half.prefix(1)), Records.getValues(["FCGI_MAX_CONNS"]), Records.record(5, [1, 2, 3], id: 9),
      Array(Records.record(5, [UInt8](repeating: 0, count: 60_000), id: 9).prefix(1000)),
      Records.begin() + Records.record(2), Records.begin(role: 3),
      Records.begin() + Records.record(2) + Records.begin(),
      Array(Records.post([UInt8](repeating: 1, count: 100_000)).dropLast(8)), Array("GET / HTTP/1.1\r\n\r\n".utf8),
      Records.request(), Records.request() + half,
    ].map(Sent.init))
  func `whatever peers hold all places with, a request is answered`(sent: Sent) async throws {
    let server = try await server(places: 4)
    let peers = try (0..<12).map { _ in try server.client() }
    for peer in peers { peer.send(sent.bytes) }
    try ask(server, 6)
    withExtendedLifetime(peers) {}
    try await server.drain()
  }

  @Test func `peers that do not read their answers hold no place for ever either`() async throws {
    var configuration = ServerConfiguration()
    configuration.connections = 4
    let server = try await TestServer(configuration) { request in
      if request.parameter("REQUEST_URI") == "/x" { return await echo(request) }
      return Response(body: [UInt8](repeating: 1, count: 4 << 20))
    }
    let peers = try (0..<4).map { _ in try server.client() }
    for peer in peers { peer.send(Records.request()) }
    #expect(try await server.waits { $0.requestsServed == 4 })
    try ask(server, 3)
    withExtendedLifetime(peers) {}
    try await server.drain()
  }

  @Test func `who begins again and again keeps no place by that`() async throws {
    let server = try await server(places: 2)
    let peers = [try server.client(), try server.client()]
    for peer in peers { peer.send(Records.begin()) }
    for _ in 0..<15 {
      try await pause(.milliseconds(200))
      for peer in peers { peer.send(Records.record(2) + Records.begin()) }
    }
    let began = MonotonicTime.now()
    try ask(server)
    #expect(MonotonicTime.now() - began < Places.restTime)
    withExtendedLifetime(peers) {}
    try await server.drain()
  }

  private final class Gate: Sendable {
    let isOpen = Atomic(false)
  }

  @Test func `where each has a request, a further one waits, and is answered`() async throws {
    var configuration = ServerConfiguration()
    configuration.connections = 2
    let gate = Gate()
    let server = try await TestServer(configuration) { request in
      while request.parameter("REQUEST_URI") == "/slow", !gate.isOpen.load(ordering: .relaxed) {
        await EventLoop.main.sleep(for: .milliseconds(5))
      }
      return await echo(request)
    }
    let slow = [try server.client(), try server.client()]
    for client in slow { client.send(Records.request([("REQUEST_URI", "/slow")])) }
    #expect(try await server.waits { $0.requestsInFlight == 2 })
    let third = try server.client()
    third.send(Records.request())
    #expect(try await server.waits { _ in Set(server.notices.all) == ["\(Notice.noPlace)"] })
    gate.isOpen.store(true, ordering: .relaxed)
    for client in slow { #expect(try client.answer().text == "/slow") }
    #expect(try third.answer().text == "/")
    try await server.drain()
  }
}
