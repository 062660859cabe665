import Testing

@testable import WebAPI

struct CallTests {
  /// Takes note of the call that it checks, without keeping it.
  private final class Witness: Input, @unchecked Sendable {  // used by one call at a time
    private(set) weak var call: Call?

    var order: InputOrder { .dependency }

    func check(_ call: Call, _ validation: inout Validation) -> Bool? {
      self.call = call
      return true
    }

    func describe(_ operation: inout OperationDocument) {}
  }

  private struct Item: Schema {
    let name: String
    static let schema = ObjectSchema<Item>("Item", Item.init, Field("name", \.name, .string))
  }

  @Test(arguments: [false, true])
  func `it is gone before the handler runs, and with it what was made of the body`(isOpened: Bool) async {
    let witness = Witness()
    let dependency = isOpened ? Depends<Int>({ 1 }) : Depends<Int>(ready: { 1 })
    let api = API(
      title: "Test", version: "1",
      [
        Operation(.post, "/items", "create_item", Inputs(Body<Item>(), witness, dependency), returns: Item.self) {
          item, wasChecked, _ in
          guard wasChecked, witness.call == nil else { throw HTTPError(500, "the call is still there") }
          return item
        }
      ])
    let body = Array(#"{"name":"a","junk":[[0],[0],[0]]}"#.utf8)
    let request = Request(method: "POST", target: "/items", contentType: "application/json", body: body)
    #expect(await api.respond(to: request).status == 200)
  }
}
