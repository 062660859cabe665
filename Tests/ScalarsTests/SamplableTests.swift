import Scalars
import Testing

struct SamplableTests {
  private enum Kind: String, CaseIterable, Samplable { case open, closed }
  private struct Number: RawRepresentable, Samplable, Equatable { let rawValue: Int32 }
  private enum Level: Int, Samplable { case low = 1 }
  private struct Other: Equatable {}

  @Test func `types have values without being given any`() {
    #expect((Int32.sample, String.sample, Bool.sample) == (0, "", false))
    #expect((Day.sample?.description, Decimal.sample) == ("1970-01-01", 0))
    #expect([Int32].sample == [])
    #expect(String?.sample == .some(nil))
  }

  @Test func `an enumeration has its first case, and what has a raw value one of that's`() {
    #expect(Kind.sample == .open)
    #expect(Number.sample == Number(rawValue: 0))
    #expect(Level.sample == nil)
  }

  @Test func `of a type that is not known to have one there may be none`() {
    #expect(sample(of: Int32.self) == 0)
    #expect(sample(of: Int32?.self) == .some(nil))
    #expect(sample(of: String??.self) == .some(nil))
    #expect(sample(of: Other.self) == nil)
  }
}
