@testable import EmailAddress
import Testing

struct IPAddressTests {
  private func problem(_ check: (CodePoints) throws(IPAddressError) -> Void, _ text: String) -> String? {
    do throws(IPAddressError) {
      try check(CodePoints(text))
      return nil
    } catch {
      return error.text
    }
  }

  @Test(arguments: [
    ("1.2.3.4", nil), ("", "Address cannot be empty"), ("1.2.3", "Expected 4 octets in '1.2.3'"),
    ("1..2.3", "Empty octet not permitted in '1..2.3'"),
    ("256.0.0.0", "Octet 256 (> 255) not permitted in '256.0.0.0'"),
    ("01.0.0.0", "Leading zeros are not permitted in '01' in '01.0.0.0'"),
    ("0000.0.0.0", "At most 3 characters permitted in '0000' in '0000.0.0.0'"),
    ("x.0.0.0", "Only decimal digits permitted in 'x' in 'x.0.0.0'"),
  ])
  func `version 4 has four octets`(_ text: String, _ expected: String?) {
    #expect(problem(IPAddress.checkVersion4, text) == expected)
  }

  @Test(arguments: [
    ("::", nil), ("1::", nil), ("::1.2.3.4", nil), ("1:2:3:4:5:6:7:8", nil), ("1:2:3:4:5:6:7::", nil),
    ("::1%eth0", nil),
    ("1", "At least 3 parts expected in '1'"), ("1::2::3", "At most one '::' permitted in '1::2::3'"),
    ("1:2:3", "Exactly 8 parts expected without '::' in '1:2:3'"),
    (":1::2", "Leading ':' only permitted as part of '::' in ':1::2'"),
    ("1::2:", "Trailing ':' only permitted as part of '::' in '1::2:'"),
    ("1:2:3:4::5:6:7:8", "Expected at most 7 other parts with '::' in '1:2:3:4::5:6:7:8'"),
    ("g::", "Only hex digits permitted in 'g' in 'g::'"),
    ("12345::", "At most 4 characters permitted in '12345' in '12345::'"),
    ("::1/8", "Unexpected '/' in '::1/8'"), ("::1%", "Invalid IPv6 address: \"'::1%'\""),
  ])
  func `version 6 has eight groups or a gap`(_ text: String, _ expected: String?) {
    #expect(problem(IPAddress.checkVersion6, text) == expected)
  }
}
