import Testing

@testable import WebAPI

struct Point: Schema, Equatable {
  let x: Int32
  let label: String?
  let weight: Double
  let tags: [String]

  static let schema = ObjectSchema<Point>(
    "Point", Point.init,
    Field("x", \.x, .integer),
    Field("label", \.label, optional: .string),
    Field("weight", \.weight, .number, default: 1.5),
    Field("tags", \.tags, .array(.string)))
}

struct Line: Schema, Equatable {
  let from: Point
  let to: [Point]

  static let schema = ObjectSchema<Line>(
    "Line", Line.init, Field("from", \.from, .object), Field("to", \.to, .array(.object)))
}

/// Properties that do not just lie in the value.
struct Watched: Schema {
  let isFirst: Bool
  var count: Int32 { didSet { count = max(0, count) } }
  var twice: Int32 { count * 2 }

  init(_ isFirst: Bool, _ count: Int32, _: Int32) { (self.isFirst, self.count) = (isFirst, count) }

  static let schema = ObjectSchema<Watched>(
    "Watched", Watched.init,
    Field("is_first", \.isFirst, .boolean), Field("count", \.count, .integer), Field("twice", \.twice, .integer))
}

/// Properties that lie elsewhere.
final class Boxed: Schema {
  let isFirst: Bool
  let count: Int64

  init(_ isFirst: Bool, _ count: Int64) { (self.isFirst, self.count) = (isFirst, count) }

  static let schema = ObjectSchema<Boxed>(
    "Boxed", Boxed.init, Field("is_first", \.isFirst, .boolean), Field("count", \.count, .integer))
}

/// Properties whose place depends on a type.
struct Behind<Front: Sendable>: Schema {
  let front: Front
  let count: Int32

  static var schema: ObjectSchema<Behind> {
    let front = Codec<Front>(document: [:], decode: { _, _ in nil }, encode: { _, writer in writer.raw("0") })
    return ObjectSchema("Behind", Behind.init, Field("front", \.front, front), Field("count", \.count, .integer))
  }
}

struct SchemaTests {
  private func decode<Model>(_ schema: ObjectSchema<Model>, _ input: JSONValue) -> (Model?, [ValidationError]) {
    var validation = Validation()
    return (schema.decode(input, &validation), validation.errors)
  }

  @Test func `a valid object becomes a value; unknown members are ignored`() {
    let (point, errors) = decode(Point.schema, ["x": 1, "tags": ["a"], "label": "b", "weight": 2, "more": 0])
    #expect(point == Point(x: 1, label: "b", weight: 2, tags: ["a"]))
    #expect(errors.isEmpty)
  }

  @Test func `absent members are nil, the default, or missing`() {
    #expect(decode(Point.schema, ["x": 1, "tags": []]).0 == Point(x: 1, label: nil, weight: 1.5, tags: []))
    let input: JSONValue = ["label": "b"]
    #expect(
      decode(Point.schema, input).1 == [
        .missing(input, location: [.key("x")]), .missing(input, location: [.key("tags")]),
      ])
  }

  @Test func `all errors are reported, each with its place`() {
    let input: JSONValue = ["from": ["x": "a", "tags": [1]], "to": [["x": 1, "tags": []], 5]]
    let (line, errors) = decode(Line.schema, input)
    #expect(line == nil)
    #expect(
      errors.map(\.location) == [
        [.key("from"), .key("x")], [.key("from"), .key("tags"), .index(0)], [.key("to"), .index(1)],
      ])
  }

  @Test(arguments: [JSONValue.null, [], "a", 1])
  func `anything but an object is refused as a whole`(input: JSONValue) {
    #expect(decode(Point.schema, input).1.map(\.type) == ["model_attributes_type"])
  }

  @Test func `an optional member is left out of output where it is nil`() {
    var writer = JSONWriter()
    [Point(x: 1, label: nil, weight: 1, tags: []), Point(x: 2, label: "b", weight: 1, tags: ["c"])].write(to: &writer)
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"[{"x":1,"weight":1.0,"tags":[]},{"x":2,"label":"b","weight":1.0,"tags":["c"]}]"#)
  }

  @Test func `fields are read wherever their properties have their values`() {
    func json(_ body: some JSONBody) -> String {
      var writer = JSONWriter()
      body.write(to: &writer)
      return String(decoding: writer.bytes, as: UTF8.self)
    }
    #expect(json(Watched(true, 3, 0)) == #"{"is_first":true,"count":3,"twice":6}"#)
    #expect(json(Boxed(true, 3)) == #"{"is_first":true,"count":3}"#)
    #expect(json(Behind(front: UInt8(1), count: 3)) == #"{"front":0,"count":3}"#)
    #expect(json(Behind(front: [1.5, 2.5], count: 3)) == #"{"front":0,"count":3}"#)
  }

  @Test func `the documentation says what is required and what holds otherwise`() {
    #expect(
      Point.schema.document.document == [
        "properties": [
          "x": ["type": "integer", "minimum": -2_147_483_648, "maximum": 2_147_483_647, "title": "X"],
          "label": ["type": "string", "title": "Label"],
          "weight": ["type": "number", "title": "Weight", "default": .number(1.5)],
          "tags": ["type": "array", "items": ["type": "string"], "title": "Tags"],
        ], "type": "object", "required": ["x", "tags"], "title": "Point",
      ])
    #expect(Line.schemas.map(\.name) == ["Line", "Point", "Point"])
  }
}
