import APITesting
import Testing

/// The recipes of Documentation/resources.md for inputs and dependencies, on a real database.
struct EventsTests {
  private static let schema = """
    CREATE TABLE events (id uuid PRIMARY KEY, tenant text NOT NULL, made_by text, kind text NOT NULL,
    starts_on date NOT NULL, price numeric(8, 2) NOT NULL, note text)
    """

  /// An answer with the ids that are made as `ID`.
  private func plain(_ answer: TestAnswer) -> String {
    answer.description.replacing(#/"id":"[0-9a-f-]{36}"/#, with: #""id":"ID""#)
  }

  @Test func `events are made, found by any filter, and changed`() async throws {
    try await withAPI(schema: Self.schema, Events()) { api in
      let party = #"{"id":"ID","kind":"party","starts_on":"2026-12-31","price":"19.90","note":"bring a cake"}"#
      let trip = #"{"id":"ID","kind":"trip","starts_on":"2027-05-01","price":"250.00","note":null}"#
      let none = "00000000-0000-4000-8000-000000000000"
      func post(_ body: String) async -> String {
        plain(await api.post("/events/", body, headers: ["X-Tenant": "acme"]))
      }
      func get(_ query: String, _ tenant: String = "acme") async -> String {
        plain(await api.get("/events/\(query)", headers: ["X-Tenant": tenant]))
      }
      #expect(
        await post(#"{"kind":"party","starts_on":"2026-12-31","price":19.9,"note":"bring a cake"}"#) == "200 \(party)"
      )
      #expect(await post(#"{"kind":"trip","starts_on":"2027-05-01","price":"250"}"#) == "200 \(trip)")
      #expect(await get("") == "200 [\(party),\(trip)]")
      #expect(await get("?kind=trip") == "200 [\(trip)]")
      #expect(await get("?after=2026-12-31") == "200 [\(trip)]")
      #expect(await get("?id=\(none)") == "200 []")
      #expect(await get("", "other") == "200 []")
      let changed = await api.patch("/events/\(none)", #"{"note":null}"#, headers: ["X-Tenant": "acme"])
      #expect(changed.description == #"404 {"detail":"Event not found"}"#)
    }
  }

  @Test func `what is refused behind the INSERT is not there`() async throws {
    try await withAPI(schema: Self.schema, Events()) { api in
      let event = #"{"kind":"party","starts_on":"2026-12-31","price":1}"#
      let refused = await api.post("/events/", event, headers: ["X-Tenant": "closed"])
      #expect(refused.description == #"409 {"detail":"Tenant is closed"}"#)
      #expect(await api.get("/events/", headers: ["X-Tenant": "closed"]).body == "[]")
    }
  }
}
