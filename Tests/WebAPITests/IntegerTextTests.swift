import Testing

@testable import WebAPI

struct IntegerTextTests {
  private static let notAnInteger = "int_parsing"

  @Test(arguments: [
    ("0", 0), ("7", 7), ("-1", -1), ("+1", 1), ("007", 7), ("1_0", 10), ("0_1", 1), ("1.0", 1), ("1.000", 1),
    (" 1 ", 1), ("-0", 0), ("00_0", 0), ("0__1", 1), ("-00___10", -10), ("0-1", -1), ("+0_-_10.0", -10), ("0-0", 0),
    ("\u{A0}1", 1), ("1\n", 1), (String(repeating: "0", count: 4300) + "1", 1), ("9223372036854775807", Int.max),
  ])
  func `what Python and pydantic read as an integer is one`(text: String, value: Int) {
    #expect(IntegerText.parse(text) == .success(.fits(value)))
  }

  @Test(arguments: [
    "", " ", "1.", "1.5", ".0", "True", "_1", "1_", "1__0", "1.0_0", "1e3", "0x1", "--1", "+-1", "0_", "00__", "-0-1",
    "0+1", "0-01", "0-__1", "0--1", "-_1", "-", "1 2", "1\u{1C}",
    "\u{200B}1", "a",
  ])
  func `what is none is refused with pydantic's words`(text: String) {
    let message = "Input should be a valid integer, unable to parse string as an integer"
    #expect(
      IntegerText.parse(text) == .failure(ValidationError("int_parsing", message, input: .string(text))))
  }

  @Test func `more than 4300 digits are refused, for their number where the text begins with them`() throws {
    let nines = String(repeating: "9", count: 4301)
    let message = "Unable to parse input string as an integer, exceeded maximum size"
    for text in [nines, "-\(nines)", "\(nines).5", "\(nines)x"] {
      #expect(IntegerText.parse(text) == .failure(ValidationError("int_parsing_size", message, input: .string(text))))
    }
    for text in ["+\(nines)", " \(nines)", "0\(nines)", "9_\(nines)", "0-\(nines)"] {
      guard case .failure(let error) = IntegerText.parse(text) else { throw JSONError.unreadable }
      #expect(error.type == "int_parsing")
    }
    #expect(IntegerText.parse(String(repeating: "9", count: 4300)) == .success(.tooLarge))
    #expect(IntegerText.parse("-9223372036854775809") == .success(.tooSmall))
  }

  @Test(
    arguments: [
      (.integer(3), .fits(3)), (.number(3), .fits(3)), ("3", .fits(3)), (true, .fits(1)),
      (.bigInteger("-99999999999999999999"), .tooSmall), (.number(1e30), .tooLarge),
    ] as [(JSONValue, Integer)])
  func `in JSON a number without a fraction is an integer`(input: JSONValue, integer: Integer) {
    #expect(IntegerText.parse(input) == .success(integer))
  }

  @Test(
    arguments: [
      (.number(1.5), "int_from_float"), (.null, "int_type"), ([], "int_type"), (.number(.infinity), "finite_number"),
    ] as [(JSONValue, String)])
  func `in JSON anything else is refused by its kind`(input: JSONValue, type: String) throws {
    guard case .failure(let error) = IntegerText.parse(input) else { throw JSONError.unreadable }
    #expect(error.type == type)
    #expect(error.input == input)
  }

  @Test func `bounds are those declared, and the type's own`() {
    var validation = Validation()
    let range = IntegerRange<Int32>(minimum: 0, maximum: nil)
    #expect(range.check(.fits(5), 5, &validation) == 5)
    #expect(range.check(.fits(-1), -1, &validation) == nil)
    #expect(range.check(.tooLarge, 1, &validation) == nil)
    #expect(range.check(.fits(2_147_483_648), 2, &validation) == nil)
    #expect(
      validation.errors.map(\.message) == [
        "Input should be greater than or equal to 0", "Input should be less than or equal to 2147483647",
        "Input should be less than or equal to 2147483647",
      ])
    #expect(validation.errors.last?.context == ["le": 2_147_483_647])
  }

  @Test func `the documentation names the bounds that hold`() {
    #expect(
      IntegerRange<Int32>(minimum: 0, maximum: nil).document == [
        "type": "integer", "minimum": 0, "maximum": 2_147_483_647,
      ])
    #expect(
      IntegerRange<Int64>(minimum: nil, maximum: 9).document == [
        "type": "integer", "minimum": .integer(.min), "maximum": 9,
      ])
  }
}
