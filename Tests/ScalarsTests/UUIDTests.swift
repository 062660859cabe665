import Scalars
import Testing

struct UUIDTests {
  @Test func `text and bytes are the same identifier`() {
    let text = "0123456f-89ab-4cde-8f01-23456789abcd"
    #expect(UUID(text)?.description == text)
    #expect(UUID(text.uppercased()) == UUID(text))
    #expect(UUID(text)?.high == 0x0123_456F_89AB_4CDE)
  }

  @Test(arguments: [
    "", "0123456f-89ab-4cde-8f01-23456789abc", "0123456f089ab-4cde-8f01-23456789abcd",
    "0123456f-89ab-4cde-8f01-23456789abcg",
  ])
  func `anything else is nothing`(text: String) {
    #expect(UUID(text) == nil)
  }

  @Test func `a random one says so`() {
    let uuid = UUID.random()
    #expect(uuid.description.dropFirst(14).first == "4")
    #expect(uuid != UUID.random())
  }
}
