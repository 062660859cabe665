import Scalars
import Testing

struct DecimalTests {
  /// As Python's `str(Decimal(text))` says.
  @Test(arguments: [
    ("0", "0"), ("-0", "-0"), ("0.00", "0.00"), ("1.50", "1.50"), ("-12.5", "-12.5"), ("+1", "1"), (".5", "0.5"),
    ("5.", "5"),
    ("00012.50", "12.50"), ("1E3", "1E+3"), ("1e-7", "1E-7"), ("0.000001", "0.000001"), ("0.0000001", "1E-7"),
    ("0E-10", "0E-10"), ("0e1000", "0E+1000"), ("12.34e5", "1.234E+6"), ("12e-2", "0.12"), ("123e-9", "1.23E-7"),
    ("123456789012345678901234567890.123", "123456789012345678901234567890.123"), ("0E-6", "0.000000"),
    ("0E-7", "0E-7"),
  ])
  func `a number is written as Python writes it`(text: String, written: String) {
    #expect(Decimal(text)?.description == written)
  }

  @Test(arguments: [
    "", ".", "-", "+", "--1", "1e", "e5", "1e+", "1_0", " 1", "0x10", "inf", "nan", "1.2.3", "1e99999999999999999999",
    "1e131072",
    "1e-16384", "1e9223372036854775807", "-1e-9223372036854775808", "1.5e131072",
  ])
  func `what is no number, or none that is stored, is none`(text: String) {
    #expect(Decimal(text) == nil)
  }

  @Test func `what is stored at most is a number`() {
    #expect(Decimal("1e131071") != nil)
    #expect(Decimal("1e-16383") != nil)
    #expect(Decimal(String(repeating: "9", count: 131_072)) != nil)
    #expect(Decimal(String(repeating: "9", count: 131_073)) == nil)
  }

  @Test func `numbers are equal whatever their places, and ordered`() {
    let ordered = [
      "-1e30", "-2", "-1.5", "-1.49", "-1e-9", "0", "1e-9", "0.1", "0.10001", "1", "1.5", "2", "10", "1e30",
    ]
    let numbers = ordered.compactMap { Decimal($0) }
    #expect(numbers.count == ordered.count)
    for (left, one) in numbers.enumerated() {
      for (right, other) in numbers.enumerated() {
        #expect((one < other) == (left < right) && (one == other) == (left == right), "\(one) \(other)")
      }
    }
    for (one, other) in [("1.50", "1.5"), ("1E+3", "1000"), ("-0", "0.00"), ("0E+9", "0")] {
      #expect(Decimal(one) == Decimal(other))
      #expect(Decimal(one)?.hashValue == Decimal(other)?.hashValue)
    }
  }

  @Test func `whole numbers are themselves`() {
    #expect((-12 as Decimal).description == "-12")
    #expect(Decimal(Int64.min).description == "-9223372036854775808")
    #expect(Decimal(UInt64.max).description == "18446744073709551615")
    #expect(Decimal(0).description == "0")
  }

  @Test func `any number is read back from its text, places and all`() {
    for _ in 0..<1000 {
      let digits = (0..<Int.random(in: 1...40)).map { _ in String(Int.random(in: 0...9)) }.joined()
      let text = (Bool.random() ? "-" : "") + digits + "e" + String(Int.random(in: -60...60))
      guard let number = Decimal(text), let again = Decimal(number.description) else {
        Issue.record("\(text)")
        return
      }
      #expect(
        again == number && again.exponent == number.exponent && again.isNegative == number.isNegative, "\(text)")
    }
  }
}
