import Testing

@testable import WebAPI

/// Recorded from Starlette 1.10.
struct HostFieldTests {
  @Test(arguments: [
    "users.example", "USERS.example:8080", "a..b", "-", "~", "a%zz", "!$&'()*+,;=", "a:0", "a:000000065535", "[::1]",
    "[FE80::A]:80", "[::ffff:1.2.3.4]", "[v1.x:y]:1",
  ])
  func `a host with an optional port is usable`(text: String) {
    #expect(HostField.isUsable(text))
  }

  @Test(arguments: [
    "", ":80", "a:", "a:x", "a:+1", "a:65536", "a:99999999999999999999", "a:1:2", "a b", "a/b", "a@b", "a\"b", "é",
    "::1",
    "[::1", "[]", "[::1]x", "[::1]:", "[1::2::3]", "[12345::]", "[fe80::1%25eth0]", "[1.2.3.4]", "[V1.x]", "[v.x]",
    "[v1.]",
  ])
  func `anything else is not`(text: String) {
    #expect(!HostField.isUsable(text))
  }
}
