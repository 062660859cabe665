import Testing
import WebAPI

@testable import APIKeys

struct KeyEntryTests {
  private static let hash = KeyHash(of: "abc").text

  @Test func `a line has a name, a role, an expiry and a hash`() throws {
    let entry = try KeyEntry(line: "  ci-deploy\twriter 2027-01-31T18:00:00+01:00  \(Self.hash)\r")
    #expect(entry.name == "ci-deploy")
    #expect(entry.role == .writer)
    #expect(entry.expiry == Timestamp("2027-01-31T17:00:00Z"))
    #expect(entry.hash.matches(KeyHash(of: "abc")))
    #expect(try KeyEntry(line: "a reader - \(Self.hash)").expiry == nil)
    #expect(try KeyEntry(line: "a reader 2027-01-31 \(Self.hash)").expiry == Timestamp("2027-01-31T00:00:00Z"))
  }

  @Test(
    arguments: [
      ("a reader -", "NAME ROLE EXPIRES HASH; there are 3"),
      ("a b reader - \(hash)", "NAME ROLE EXPIRES HASH; there are 5"),
      ("a/b reader - \(hash)", "the name must have 1 to 48 letters, digits"),
      ("\(String(repeating: "n", count: 49)) reader - \(hash)", "the name must have 1 to 48"),
      ("\(APIKey().text) reader - \(hash)", "the name must have"),
      ("a admin - \(hash)", "the role must be reader or writer"),
      ("a Reader - \(hash)", "the role must be"), ("a reader never \(hash)", "the expiry must be a date like"),
      ("a reader 2027-02-29 \(hash)", "the expiry must be"),
      ("a reader 2027-01-31T18:00 \(hash)", "the expiry must be"),
      ("a reader - abc", "the hash must be sha256: and 64 hexadecimal digits"),
      ("a reader - \(APIKey().text)", "this is a key and not its hash"),
    ])
  func `what is wrong is told, and what to do, without quoting the line`(line: String, message: String) {
    do {
      _ = try KeyEntry(line: line)
      Issue.record("\(line) was read")
    } catch {
      #expect(error.description.contains(message))
      for field in line.split(separator: " ") where field.count > 32 { #expect(!error.description.contains(field)) }
    }
  }

  @Test func `a key is refused from its expiry on`() throws {
    let entry = try KeyEntry(line: "a reader 2027-01-31 \(Self.hash)")
    let end = try #require(Timestamp("2027-01-31T00:00:00Z")).microseconds
    #expect(entry.verdict(at: Timestamp(microseconds: end - 1)) == .valid(Caller(name: "a", role: .reader)))
    #expect(entry.verdict(at: Timestamp(microseconds: end)) == .expired)
    #expect(entry.verdict(at: Timestamp(microseconds: end + 1)) == .expired)
    let endless = try KeyEntry(line: "a writer - \(Self.hash)")
    #expect(endless.verdict(at: Timestamp(microseconds: .max)) == .valid(Caller(name: "a", role: .writer)))
  }

  @Test func `the line of a new key can be read, and does not contain the key`() throws {
    let key = APIKey()
    let line = try KeyEntry.line("a@b.co", .reader, expires: "2027-01-31", key)
    let entry = try KeyEntry(line: line)
    #expect(entry.name == "a@b.co")
    #expect(entry.hash.matches(KeyHash(of: key.text)))
    #expect(!line.contains(key.text.dropFirst(7)))
    #expect(throws: KeyEntry.Flaw.self) { try KeyEntry.line("a b", .reader, expires: nil, key) }
    #expect(throws: KeyEntry.Flaw.self) { try KeyEntry.line("a", .reader, expires: "2027-01-31 18:00:00Z", key) }
  }
}
