import Testing

@testable import APIKeys

struct KeyHashTests {
  /// From NIST's examples for FIPS 180-4.
  @Test(arguments: [
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `the hash of a key is its SHA-256`(key: String, hash: String) {
    #expect(KeyHash(of: key).text == "sha256:\(hash)")
  }

  @Test func `what is written can be read, in either case of the digits`() throws {
    let hash = KeyHash(of: "abc")
    #expect(try #require(KeyHash(text: hash.text)).matches(hash))
    #expect(try #require(KeyHash(text: "sha256:" + hash.text.dropFirst(7).uppercased())).matches(hash))
  }

  @Test(arguments: ["", "sha256:", "ba", "sha256:zz", "SHA256:", "sha512:"])
  func `anything else is no hash`(text: String) {
    let digits = KeyHash(of: "abc").text.dropFirst(7)
    #expect(KeyHash(text: text) == nil)
    #expect(KeyHash(text: text + digits) == nil || text == "sha256:")
    #expect(KeyHash(text: "sha256:\(digits)00") == nil)
    #expect(KeyHash(text: "sha256:\(digits.dropLast(2))") == nil)
    #expect(KeyHash(text: "sha256:\(digits.dropLast())") == nil)
  }

  @Test func `two hashes that differ in any one bit do not match`() throws {
    let digits = Array(KeyHash(of: "abc").text.dropFirst(7))
    for position in digits.indices {
      for bit in 0..<4 {
        var changed = digits
        changed[position] = Character(String(try #require(digits[position].hexDigitValue) ^ (1 << bit), radix: 16))
        let other = try #require(KeyHash(text: "sha256:" + String(changed)))
        #expect(!KeyHash(of: "abc").matches(other))
      }
    }
  }
}
