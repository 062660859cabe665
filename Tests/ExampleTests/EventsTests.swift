import EventLoop
import Logging
import PostgreSQL
import TestSupport
import Testing
import WebAPI

/// The recipes of Documentation/resources.md for inputs and dependencies, on a real database.
struct EventsTests {
  /// Answers one request after another on a new database, with the ids that it makes as `ID`.
  private func answers(_ requests: [Request]) async throws -> [String] {
    let cluster = try await PostgreSQLCluster.shared()
    let configuration = try DatabaseConfiguration(url: cluster.url(try cluster.makeDatabase()))
    return try await onLoop {
      var options = PoolOptions()
      // Not to be met by chance, on a machine that has much else to do.
      (options.timeout, options.busyTimeout) = (.seconds(60), .seconds(60))
      let pool = Pool(configuration, options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      pool.start()
      try await pool.withSession { session in
        _ = try await session.execute(
          """
          CREATE TABLE events (id uuid PRIMARY KEY, tenant text NOT NULL, made_by text, kind text NOT NULL,
          starts_on date NOT NULL, price numeric(8, 2) NOT NULL, note text)
          """)
      }
      let api = API(title: "Events", version: "1", Events.operations(Depends(ready: { pool.session() })))
      var answers: [String] = []
      for request in requests {
        let response = await api.respond(to: request)
        let body = String(decoding: response.body, as: UTF8.self).replacing(
          #/"id":"[0-9a-f-]{36}"/#, with: #""id":"ID""#)
        answers.append("\(response.status) \(body)")
      }
      await pool.close()
      return answers
    }
  }

  private func request(_ method: String, _ target: String, _ body: String? = nil, tenant: String = "acme") -> Request
  {
    Request(
      method: method, target: target, contentType: "application/json", headers: [("X-Tenant", tenant)],
      body: Array((body ?? "").utf8))
  }

  @Test func `events are made, found by any filter, and changed`() async throws {
    let party = #"{"id":"ID","kind":"party","starts_on":"2026-12-31","price":"19.90","note":"bring a cake"}"#
    let trip = #"{"id":"ID","kind":"trip","starts_on":"2027-05-01","price":"250.00","note":null}"#
    let none = "00000000-0000-4000-8000-000000000000"
    #expect(
      try await answers([
        request("POST", "/events/", #"{"kind":"party","starts_on":"2026-12-31","price":19.9,"note":"bring a cake"}"#),
        request("POST", "/events/", #"{"kind":"trip","starts_on":"2027-05-01","price":"250"}"#),
        request("GET", "/events/"), request("GET", "/events/?kind=trip"), request("GET", "/events/?after=2026-12-31"),
        request("GET", "/events/?id=\(none)"), request("GET", "/events/", tenant: "other"),
        request("PATCH", "/events/\(none)", #"{"note":null}"#),
      ]) == [
        "200 \(party)", "200 \(trip)", "200 [\(party),\(trip)]", "200 [\(trip)]", "200 [\(trip)]", "200 []", "200 []",
        #"404 {"detail":"Event not found"}"#,
      ])
  }

  @Test func `what is refused behind the INSERT is not there`() async throws {
    let event = #"{"kind":"party","starts_on":"2026-12-31","price":1}"#
    #expect(
      try await answers([
        request("POST", "/events/", event, tenant: "closed"), request("GET", "/events/", tenant: "closed"),
      ]) == [#"409 {"detail":"Tenant is closed"}"#, "200 []"])
  }

  @Test func `every recipe of the documentation is a part of this resource`() {
    let folder = #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)
    func plain(_ text: String) -> [String] {
      text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " }.description }
    }
    let code = plain(contents(of: "\(folder)/Events.swift"))
    let section =
      contents(of: "\(folder)/../../Documentation/resources.md").split(separator: "\n## What a request brings\n").last
      ?? ""
    let blocks = section.prefix(upTo: section.firstRange(of: "\n## ")?.lowerBound ?? section.endIndex)
      .split(separator: "```swift\n").dropFirst().map {
        plain(String($0.prefix(upTo: $0.firstRange(of: "```")?.lowerBound ?? $0.endIndex)))
      }
    #expect(blocks.count >= 6)
    for block in blocks {
      let isThere = code.indices.contains { code[$0...].starts(with: block) }
      #expect(isThere, "\(block.joined(separator: "\n"))")
    }
  }
}
