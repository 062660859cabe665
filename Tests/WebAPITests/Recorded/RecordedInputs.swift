@testable import WebAPI

/// The application of record.py.
enum RecordedInputs {
  enum Kind: String, Enumeration {
    case open, closed
    case other = "it's"
  }

  static let api = API(title: "FastAPI", version: "0.1.0", echoes + parameters + bodies)

  private static let echoes: [Operation] = [
    echo("kind", Kind.self), echo("day", Day.self), echo("moment", Timestamp.self), echo("uuid", UUID.self),
    echo("decimal", Decimal.self), echo("number", Double.self), echo("flag", Bool.self),
  ]

  private static func echo<Value: JSONScalar>(_ name: String, _: Value.Type) -> Operation {
    Operation(.get, "/\(name)/{value}", "echo_\(name)", Inputs(Path<Value>("value")), returns: Echo<Value>.self) {
      Echo(value: $0)
    }
  }

  static let money = DecimalLimits.limits(
    digits: 5, places: 2, minimum: 0, maximum: Decimal("500.5"))
  static let ratio = Bounds<Double>.within(0...0.5)
  static let days = Bounds(minimum: Day("2020-01-01"), maximum: Day("2030-12-31"))
  static let moments = Bounds(minimum: Timestamp("2020-01-01T00:00:00Z"))

  private static let parameters: [Operation] = [readQuery, readRequired, readHeader, readDependency]

  private static let readQuery = Operation(
    .get, "/query", "read_query",
    Inputs(
      Query<Kind?>("kind"), Query<Kind>("sort", default: .open),
      Query<[Int32]>("id", default: [], .count(.atMost(2))), Query<[String]?>("tag"),
      Query<String?>("name", .within(2...3)), Query<Day?>("day", days), Query<Timestamp?>("moment", moments),
      Query<Decimal?>("price", money), Query<Double>("ratio", default: 0.25, ratio)),
    returns: Text.self
  ) { kind, sort, ids, tags, name, day, moment, price, ratio in
    let (idText, tagText) = (ids.map { String($0) }.joined(separator: ","), tags?.joined(separator: ","))
    let dates = [day?.description, moment?.description, price?.description]
    return Text([kind?.rawValue, sort.rawValue, idText, tagText, name] + dates + [String(ratio)])
  }

  private static let readRequired = Operation(
    .get, "/required", "read_required",
    Inputs(Query<Kind>("kind"), Query<[Kind]>("id", .count(.atLeast(2))), Query<Bool?>("flag")), returns: Text.self
  ) { kind, kinds, flag in
    Text(kind.rawValue, kinds.map(\.rawValue).joined(separator: ","), flag.map { "\($0)" })
  }

  private static let readHeader = Operation(
    .get, "/header", "read_header",
    Inputs(
      Header<String>("x-tenant", .atMost(5)), Header<Kind?>("x-kind"), Header<Int32>("X-Count", default: 7)),
    returns: Text.self
  ) { tenant, kind, count in Text(tenant, kind?.rawValue, "\(count)") }

  private static let readDependency = Operation(
    .get, "/dependency/{id}", "read_dependency",
    Inputs(
      Query<Int32>("q"), Path<Int32>("id"),
      Depends(Inputs(Header<Int32>("x-tenant"), Query<Int32>("q"))) { Int($0) + Int($1) }),
    returns: Text.self
  ) { q, id, tenant in Text("\(id)", "\(q)", "\(tenant)") }

  private static let bodies: [Operation] = [
    Operation(
      .put, "/order/{id}", "read_order",
      Inputs(Body<Change>(), Header<Int32>("x-number"), Query<Int32>("q"), Path<Int32>("id")), returns: Text.self
    ) { change, number, q, id in Text("\(id)", "\(q)", "\(number)", change.title) },
    Operation(.post, "/items", "create_item", Inputs(Body<Item>()), returns: Item.self) { $0 },
    Operation(.post, "/bounded", "create_bounded", Inputs(Body<Bounded>()), returns: Text.self) { _ in Text("taken")
    },
    Operation(.patch, "/change", "change", Inputs(Body<Change>()), returns: Text.self) { change in
      Text(change.title ?? "absent", change.description ?? "absent")
    },
  ]

  struct Echo<Value: JSONScalar>: Schema {
    let value: Value
    static var schema: ObjectSchema<Echo> {
      ObjectSchema("Echo", Echo.init, Field("value", \.value, .scalar()))
    }
  }

  struct Text: Schema {
    let value: String
    static let schema = ObjectSchema<Text>("Text", Text.init(value:), Field("value", \.value, .string))

    init(value: String) { self.value = value }
    init(_ parts: String?...) { self.init(parts) }
    init(_ parts: [String?]) { value = parts.map { $0 ?? "-" }.joined(separator: " ") }
  }

  struct Item: Schema {
    let kind: Kind
    let day: Day
    let moment: Timestamp
    let id: UUID
    let price: Decimal
    let ratio: Double
    let flag: Bool

    static let schema = ObjectSchema<Item>(
      "Item", Item.init,
      Field("kind", \.kind, .enumeration),
      Field("day", \.day, .day),
      Field("moment", \.moment, .dateTime),
      Field("id", \.id, .uuid),
      Field("price", \.price, .decimal),
      Field("ratio", \.ratio, .number),
      Field("flag", \.flag, .boolean))
  }

  struct Bounded: Schema {
    let day: Day?
    let moment: Timestamp?
    let price: Decimal?
    let ratio: Double?

    static let schema = ObjectSchema<Bounded>(
      "Bounded", Bounded.init,
      Field("day", \.day, optional: .scalar(RecordedInputs.days)),
      Field("moment", \.moment, optional: .scalar(RecordedInputs.moments)),
      Field("price", \.price, optional: .scalar(RecordedInputs.money)),
      Field("ratio", \.ratio, optional: .scalar(RecordedInputs.ratio)))
  }

  struct Change: Schema {
    let title: String?
    let description: String??

    static let schema = ObjectSchema<Change>(
      "Change", Change.init,
      Field("title", \.title, optional: .string),
      Field("description", \.description, optional: .nullable(.string)))
  }
}
