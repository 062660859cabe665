import Resources

enum EventKind: String, Enumeration, PostgreSQLValue { case meeting, party, trip }

/// A row of the table events, and what a client gets.
struct Event: Model {
  let id: UUID
  let kind: EventKind
  let startsOn: Day
  let price: Decimal
  let note: String?

  static let model = Definition(
    "Event", Event.init, Attribute("id", \.id), Attribute("kind", \.kind), Attribute("starts_on", \.startsOn),
    Attribute("price", \.price), Attribute("note", \.note))
}

/// What a client sends.
struct EventCreate: Schema {
  let kind: EventKind
  let startsOn: Day
  let price: Decimal
  let note: String?

  static let schema = ObjectSchema<EventCreate>(
    "EventCreate", EventCreate.init,
    Field("kind", \.kind),
    Field("starts_on", \.startsOn),
    Field("price", \.price, .decimal(digits: 8, places: 2, minimum: 0)),
    Field("note", \.note, .nullable(.string(maximumLength: 200)), default: nil))
}

/// What a client sends to change one.
struct EventUpdate: Schema {
  let price: Decimal?
  let startsOn: Day?
  let note: String??

  static let schema = ObjectSchema<EventUpdate>(
    "EventUpdate", EventUpdate.init,
    Field("price", \.price, optional: .decimal(digits: 8, places: 2, minimum: 0)),
    Field("starts_on", \.startsOn, optional: .day),
    Field("note", \.note, optional: .nullable(.string(maximumLength: 200))))
}

/// The resource `/events/`, each tenant's own.
struct Events: Resource {
  private static let notFound = HTTPError(404, "Event not found")
  private static let closed = HTTPError(409, "Tenant is closed")

  /// The operations, each in a transaction.
  func operations(_ session: Depends<Session>) -> [Operation] {
    let transaction = Depends.transaction(session)

    let tenant = Depends(Inputs(Header<String>("X-Tenant", .within(1...40)), transaction)) { tenant, session in
      _ = try await session.execute("SELECT set_config('app.tenant', \(tenant), true)")
      return tenant
    }
    Operation(
      .post, "/events/", "create_event", Inputs(Body<EventCreate>(), tenant, Caller.current, transaction),
      returns: Event.self, errors: [Self.closed]
    ) { event, tenant, caller, session in
      let created: Event? = try await session.first(
        """
        INSERT INTO events (id, tenant, made_by, kind, starts_on, price, note)
        VALUES (\(UUID.random()), \(tenant), \(caller?.name), \(event.kind), \(event.startsOn), \(event.price), \(event.note))
        RETURNING \(Event.columns)
        """)
      guard let created, tenant != "closed" else { throw Self.closed }
      return created
    }
    Operation(
      .get, "/events/", "read_events",
      Inputs(
        Query<EventKind?>("kind"), Query<[UUID]?>("id", .count(.atMost(100))), Query<Day?>("after"), tenant,
        transaction),
      returns: [Event].self
    ) { kind, ids, after, tenant, session in
      let events: [Event] = try await session.all(
        """
        SELECT \(Event.columns) FROM events
        WHERE tenant = \(tenant) AND (\(kind) IS NULL OR kind = \(kind)) AND (\(ids) IS NULL OR id = ANY(\(ids)))
        AND (\(after) IS NULL OR starts_on > \(after)) ORDER BY starts_on, id
        """)
      return events
    }
    Operation(
      .patch, "/events/{event_id}", "update_event",
      Inputs(Path<UUID>("event_id"), Body<EventUpdate>(), tenant, transaction), returns: Event.self,
      errors: [Self.notFound]
    ) { id, change, tenant, session in
      let changed: Event = try await session.first(
        """
        UPDATE events SET price = coalesce(\(change.price), price), starts_on = coalesce(\(change.startsOn), starts_on),
        note = CASE WHEN \(change.note != nil) THEN \(change.note ?? nil) ELSE note END
        WHERE id = \(id) AND tenant = \(tenant) RETURNING \(Event.columns)
        """, else: Self.notFound)
      return changed
    }
  }
}
