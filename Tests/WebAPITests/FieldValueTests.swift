import Testing

@testable import WebAPI

/// Every type that a field can have without a codec.
private struct Everything: Schema {
  enum Kind: String, Enumeration { case open, closed }

  let flag: Bool
  let small: Int16
  let large: Int64
  let text: String
  let price: Decimal
  let kind: Kind
  let note: String?
  let points: [Point]

  static let schema = ObjectSchema<Everything>(
    "Everything", Everything.init, Field("flag", \.flag), Field("small", \.small), Field("large", \.large),
    Field("text", \.text, default: "none"), Field("price", \.price), Field("kind", \.kind),
    Field("note", \.note, default: nil), Field("points", \.points))
}

/// A codec of one's own, of a type that shows no value.
private struct Marked: Schema {
  struct Mark: Sendable {}

  let mark: Mark

  static let schema = ObjectSchema<Marked>(
    "Marked", Marked.init,
    Field("mark", \.mark, Codec(document: [:], decode: { _, _ in Mark() }, encode: { _, _ in })))
}

struct FieldValueTests {
  @Test func `a schema shows a value where all its fields do`() {
    let sample = Everything.sample
    #expect(sample?.small == 0 && sample?.text == "none" && sample?.kind == .open && sample?.points.isEmpty == true)
    #expect(sample?.note == .some(nil))
    #expect(Marked.sample == nil)
  }

  private func decode(_ json: String) throws -> (Everything?, [ValidationError]) {
    var validation = Validation()
    let value = Everything.schema.decode(try JSONParser.parse(Array(json.utf8)), &validation)
    return (value, validation.errors)
  }

  @Test func `a field without a codec is read and written as its type is`() throws {
    let point = #"{"x":1,"label":"a","weight":2.0,"tags":[]}"#
    let (value, errors) = try decode(
      #"{"flag":true,"small":1,"large":2,"price":"1.50","kind":"open","points":[\#(point)]}"#)
    #expect(errors == [])
    var writer = JSONWriter()
    value?.write(to: &writer)
    let scalars = #""flag":true,"small":1,"large":2,"text":"none","price":"1.50","kind":"open","note":null"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{\#(scalars),"points":[\#(point)]}"#)
  }

  @Test func `what its type cannot hold is refused`() throws {
    let (_, errors) = try decode(
      #"{"flag":"maybe","small":32768,"large":"x","price":"NaN","kind":"ajar","note":1,"points":{}}"#)
    let fields: [ValidationError.Step] = ["flag", "small", "large", "price", "kind", "note", "points"]
    #expect(errors.map(\.location) == fields.map { [$0] })
  }

  @Test func `the documentation says what is written`() {
    let properties = Everything.schema.document.document["properties"]
    #expect(properties?["price"]?["type"] == "string")
    #expect(properties?["text"]?["default"] == "none")
    #expect(properties?["kind"] == ["$ref": "#/components/schemas/Kind"])
    #expect(properties?["points"]?["items"] == ["$ref": "#/components/schemas/Point"])
    #expect(Everything.schema.schemas.map(\.name) == ["Kind", "Point"])
  }
}
