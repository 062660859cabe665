import Testing

@testable import WebAPI

/// RFC 9110, sections 8.8.3 and 13.1.2.
struct EntityTagTests {
  @Test(arguments: [
    (#""3""#, true), ("*", true), (#"W/"3""#, true), (#""1", "3""#, true), (#""1","2" , W/"3""#, true),
    (#""a,b" ,,"3""#, true), (#" "3""#, true), (#""1", "33""#, false), ("", false), ("3", false), (#""3"#, false),
    (#"w/"3""#, false), (#""1"; "3""#, false), (#"x"3""#, false), ("**", false), (#"W/ "3""#, false), (" ", false),
    (#""1" "2""#, false),
  ])
  func `a tag is found in a list, weak or strong`(list: String, isThere: Bool) {
    #expect(EntityTag("3").stands(in: list) == isThere)
  }

  @Test(arguments: ["3", "", "a,b", #"a"b"#, "a b", "é", "a\r\nX: y", "\0", "100%", #"\"#])
  func `whatever the text is, its field is one tag, which is found again`(text: String) {
    let tag = EntityTag(text)
    #expect(UnsendableField("ETag", tag.field) == nil)
    #expect(tag.field.utf8.dropFirst().dropLast().allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 })
    #expect(tag.stands(in: tag.field))
    #expect(tag.stands(in: "\"x\", W/\(tag.field)"))
  }

  private struct Item: Schema {
    let name: String
    static let schema = ObjectSchema<Item>("Item", Item.init, Field("name", \.name, .string))
  }

  private func answer(_ known: String?) async throws -> Response {
    let answer = Answer(Item(name: "a"), tag: "3", unless: known, headers: ["X-A": "b", "X-B": nil])
    return try await answer.response(status: 200)
  }

  @Test(arguments: [nil, #""2""#]) func `who has another state gets the body and the tag`(known: String?) async throws
  {
    let response = try await answer(known)
    #expect(response.status == 200 && response.body == Array(#"{"name":"a"}"#.utf8))
    #expect(response.headers.map(\.name) == ["Content-Type", "X-A", "ETag"])
    #expect(response.headers.last?.value == #""3""#)
  }

  @Test func `who has it already gets 304 and the tag, without a body`() async throws {
    let response = try await answer(#"W/"3""#)
    #expect(response.status == 304 && response.body.isEmpty)
    #expect(response.headers.map(\.name) == ["X-A", "ETag"])
  }
}
