import Testing

@testable import WebAPI

struct PartialTests {
  struct Note: Schema {
    let title: String
    let text: String?
    let stars: Int32

    static let schema = ObjectSchema<Note>(
      "Note", Note.init, Field("title", \.title, .string(minimumLength: 1)),
      Field("text", \.text, .nullable(.string), default: nil), Field("stars", \.stars, default: 3))
  }

  private func read(_ json: String) throws -> (Partial<Note>?, [ValidationError]) {
    var validation = Validation()
    let partial = Note.schema.partial.decode(try JSONParser.parse(Array(json.utf8)), &validation)
    return (partial, validation.errors)
  }

  @Test func `what is absent is nil, and null is a value where it may be one`() throws {
    let changes = try #require(try read(#"{"text": null, "stars": 5}"#).0)
    #expect(changes[\.title] == nil)
    #expect(changes[\.text] == .some(nil))
    #expect(changes[\.stars] == 5)
    let none = try #require(try read("{}").0)
    #expect(none[\.title] == nil && none[\.text] == nil && none[\.stars] == nil)
    #expect(try #require(try read(#"{"text": "a"}"#).0)[\.text] == "a")
  }

  @Test func `what is sent is checked as the whole's fields are, all at once`() throws {
    let (changes, errors) = try read(#"{"title": "", "text": 1, "stars": null, "other": 1}"#)
    #expect(changes == nil)
    #expect(errors.map(\.type) == ["string_too_short", "string_type", "int_type"])
    #expect(errors.map { $0.location } == [[.key("title")], [.key("text")], [.key("stars")]])
    #expect(try read("[]").1.map(\.type) == ["model_attributes_type"])
  }

  @Test func `the description requires nothing, and has a name as FastAPI's of a generic model`() {
    let schema = Partial<Note>.schema
    #expect(schema.document.name == "Partial_Note_")
    #expect(schema.document.document["title"] == "Partial[Note]" && schema.document.document["required"] == nil)
    let properties = schema.document.document["properties"]
    #expect(properties?["title"]?["minLength"] == 1)
    #expect(properties?["stars"] != nil && properties?["stars"]?["default"] == nil)
    let whole = Note.schema.document.document["properties"]
    #expect(whole?["stars"]?["default"] == 3 && whole?["text"] != nil && whole?["text"]?["default"] == nil)
    let named = Note.schema.partial(named: "NoteUpdate").document
    #expect(named.name == "NoteUpdate" && named.document["title"] == "NoteUpdate")
  }

  @Test func `it is written as what was sent`() throws {
    let text = #"{"text":null,"stars":5}"#
    var writer = JSONWriter()
    try #require(try read(text).0).write(to: &writer)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
  }

  @Test func `a sample has a value of each field`() throws {
    let sample = try #require(Partial<Note>.sample)
    #expect(sample.members.map(\.name) == ["title", "text", "stars"])
    #expect(sample.members.allSatisfy { $0.value != nil })
  }
}
