@testable import EmailAddress
import Testing

struct AddressLengthTests {
  private func problem(_ count: Int, _ unit: String = "a", _ form: String? = nil) -> String? {
    let text = CodePoints(String(repeating: unit, count: count))
    return reason({ (text) throws(EmailAddressError) in try checkLength(text, form) }, text)
  }

  @Test func `254 bytes are allowed`() {
    #expect(problem(254) == nil)
    #expect(problem(127, "ä") == nil)
  }

  @Test func `ASCII excess is counted exactly`() {
    #expect(problem(255) == "The email address is too long (1 character too many).")
    #expect(problem(256) == "The email address is too long (2 characters too many).")
  }

  @Test func `other excess is a range`() {
    #expect(problem(128, "ä") == "The email address is too long (1-2 characters too many).")
    #expect(problem(65, "😀") == "The email address is too long (1-6 characters too many).")
  }

  @Test func `after a change of form bytes are counted`() {
    #expect(problem(255, "a", "so") == "The email address is too long so (1 byte too many).")
  }
}
