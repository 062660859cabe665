import TestSupport
import Testing

@testable import WebAPI

struct JSONNumberTests {
  private func written(_ number: Double) -> String {
    var writer = JSONWriter()
    writer.number(number)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (1e5, "100000.0"), (1e22, "1e+22"), (1e-7, "1e-07"),
    (1e16, "1e+16"), (123_456_789_012_345_680.0, "1.2345678901234568e+17"), (1e15, "1000000000000000.0"),
    (9_999_999_999_999_998.0, "9999999999999998.0"), (0.0001, "0.0001"), (0.00001, "1e-05"), (1.5e300, "1.5e+300"),
    (.leastNonzeroMagnitude, "5e-324"), (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"), (3.14, "3.14"),
    (100.25, "100.25"),
    (123e-7, "1.23e-05"), (-2.5, "-2.5"), (.infinity, "null"), (.nan, "null"), (-1e16, "-1e+16"),
    (0x1p53, "9007199254740992.0"), (0x1p54, "1.8014398509481984e+16"), (0x1p54 + 4, "1.8014398509481988e+16"),
    (1.000_000_000_000_000_2e16, "1.0000000000000002e+16"), (1.01e16, "1.01e+16"), (2e16, "2e+16"),
    (-1.797_693_134_862_315_7e308, "-1.7976931348623157e+308"),
    (-2.225_073_858_507_201_4e-308, "-2.2250738585072014e-308"),
    (1e-4.nextDown, "9.999999999999999e-05"), (0.1 + 0.2, "0.30000000000000004"), (1e23, "1e+23"),
    (123_456.0, "123456.0"),
  ])
  func `numbers are printed as Python prints them`(number: Double, text: String) {
    #expect(written(number) == text)
  }

  /// Every layout, at the borders and between them.
  private func numbers() -> [Double] {
    var random = Xorshift(seed: 5)
    return (0..<20_000).flatMap { _ -> [Double] in
      let any = Double(bitPattern: random.next())
      let near = Double.random(in: -1e-5...1e5, using: &random)
      let whole = Double(UInt64.random(in: 0...(1 << 55), using: &random))
      return [any.isFinite ? any : 0, near, whole, -whole / 1000, Double.random(in: 0.9e16...1.9e16, using: &random)]
    }
  }

  @Test func `what is written reads back as the same number, and none of its digits can be spared`() throws {
    for number in numbers() {
      let text = written(number)
      guard case .number(let read) = try JSONParser.parse(Array(text.utf8)), read.bitPattern == number.bitPattern,
        digits(text) == digits("\(number)")
      else {
        Issue.record("\(number) is written as \(text)")
        return
      }
      let exponent = text.contains("e")
      #expect(exponent == (number != 0 && !(1e-4..<1e16).contains(number.magnitude)), "\(text)")
    }
  }

  /// Without sign, point, exponent, and zeros at both ends.
  private func digits(_ text: String) -> String {
    let all = text.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
    return String(all.reversed().drop { $0 == "0" }.reversed())
  }

  @Test(arguments: [
    "0.0", "-0.0", "1e0", "1e22", "1e23", "9007199254740992.0", "9007199254740993.0", "9007199254740993e0",
    "9007199254740991e22", "123456789012345e-22", "1.7976931348623157e308", "1.7976931348623159e308", "5e-324",
    "2e-324",
    "0.1", "0.30000000000000004", "123.456e-3", "1E+2", "1.0e-9223372036854775808", "1e9223372036854775807",
    "0.000000000000000000000000000001", "100000000000000000000000000000.0", "-1.5E-3", "8.5e0022",
    "1e00000000000000000001",
  ])
  func `a numeral is read as the C library reads it`(numeral: String) throws {
    let read = try JSONParser.parse(Array(numeral.utf8))
    #expect(read == .number(try #require(Double(numeral))))
    if case .number(let number) = read { #expect(number.sign == (numeral.hasPrefix("-") ? .minus : .plus)) }
  }

  @Test func `any numeral is read as the C library reads it`() throws {
    var random = Xorshift(seed: 6)
    for _ in 0..<50_000 {
      let whole = random.next() >> UInt64.random(in: 4...60, using: &random)
      let fraction = UInt64.random(in: 0...99_999, using: &random)
      let numeral = "\(whole).\(fraction)e\(Int.random(in: -30...30, using: &random))"
      #expect(try JSONParser.parse(Array(numeral.utf8)) == .number(try #require(Double(numeral))), "\(numeral)")
    }
  }
}
