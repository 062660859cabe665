import Testing

@testable import WebAPI

struct FieldOrderTests {
  private struct Pair: Schema {
    let email: String
    let name: String
    let count: Int32
    let nick: String?
    let isOpen: Bool
    let isOld: Bool

    static let schema = ObjectSchema<Pair>(
      "Pair", Pair.init, Field("email", \.email, .string), Field("name", \.name, .string),
      Field("count", \.count, .integer), Field("nick", \.nick, optional: .string),
      Field("is_open", \.isOpen, .boolean), Field("is_old", \.isOld, .boolean))
  }

  private func problems(_ schema: ObjectSchema<Pair>) -> [String] { schema.document.problems }

  @Test func `a memberwise initializer's fields are in order`() {
    #expect(problems(Pair.schema).isEmpty)
  }

  @Test func `two fields of one type that are swapped are found`() {
    let text = "but the struct declares it before; it would get another one's value"
    #expect(
      problems(
        ObjectSchema(
          "Pair", Pair.init, Field("name", \.name, .string), Field("email", \.email, .string),
          Field("count", \.count, .integer), Field("nick", \.nick, optional: .string),
          Field("is_old", \.isOld, .boolean), Field("is_open", \.isOpen, .boolean)))
        == [
          #"the field "email" comes behind "name", \#(text)"#,
          #"the field "is_open" comes behind "is_old", \#(text)"#,
        ])
  }

  @Test func `a property or a name that is there twice is found`() {
    #expect(
      problems(
        ObjectSchema(
          "Pair", Pair.init, Field("email", \.email, .string), Field("email", \.email, .string),
          Field("count", \.count, .integer), Field("nick", \.nick, optional: .string),
          Field("is_open", \.isOpen, .boolean), Field("is_old", \.isOld, .boolean)))
        == [
          #"the field "email" is there more than once"#, #"the fields "email" and "email" are the same property"#,
        ])
  }

  @Test func `fields of different types may be in any order, which only an initializer of one's own has`() {
    #expect(
      problems(
        ObjectSchema(
          "Pair",
          { (count: Int32, email: String) in
            Pair(email: email, name: "", count: count, nick: nil, isOpen: true, isOld: true)
          }, Field("count", \.count, .integer), Field("email", \.email, .string))
      ).isEmpty)
  }

  @Test func `what is computed, or takes no room, has no place`() {
    let text = ObjectIdentifier(String.self)
    #expect(FieldOrder.problems(of: [.init("a", text, offset: nil), .init("b", text, offset: 0)]).isEmpty)
    #expect(FieldPlace("c", \Empty.second).offset == nil)
    #expect(FieldPlace("d", \Empty.length).offset == nil)
  }

  private struct Empty {
    struct Nothing {}
    let first: Nothing
    let second: Nothing
    let text: String
    var length: Int { text.count }
  }

  @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
  func `of three, every other order is found`(offsets: [Int]) {
    let text = ObjectIdentifier(String.self)
    let problems = FieldOrder.problems(of: offsets.map { FieldPlace("\($0)", text, offset: $0) })
    #expect(problems.isEmpty == (offsets == [0, 1, 2]))
  }
}
