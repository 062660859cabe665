import Testing

@testable import WebAPI

struct EmailCodecTests {
  @Test func `an address is normalized`() {
    var validation = Validation()
    #expect(Codec.email.decode("Name <A@B.CO>", &validation) == "A@b.co")
  }

  @Test func `what is no address is refused with its reason, which stands in the context as well`() {
    var validation = Validation()
    #expect(Codec.email.decode("x", &validation) == nil)
    let reason = "An email address must have an @-sign."
    #expect(
      validation.errors == [
        ValidationError(
          "value_error", "value is not a valid email address: \(reason)", input: "x",
          context: ["reason": .string(reason)])
      ])
  }
}
