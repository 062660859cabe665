import Testing

@testable import WebAPI

struct CodecTests {
  private func decode<Value>(_ codec: Codec<Value>, _ input: JSONValue) -> (Value?, [String]) {
    var validation = Validation()
    return (codec.decode(input, &validation), validation.errors.map { "\($0.type): \($0.message)" })
  }

  @Test func `a string is any text`() {
    #expect(decode(.string, "é").0 == "é")
    #expect(decode(.string, 5).1 == ["string_type: Input should be a valid string"])
    #expect(decode(.string, .null).1 == ["string_type: Input should be a valid string"])
  }

  @Test func `text that PostgreSQL cannot store is refused`() {
    #expect(decode(.string, "a\0b").1 == ["value_error: Value error, null characters are not allowed"])
    let surrogate = "string_unicode: Input should be a valid string, unable to parse raw data as a unicode string"
    #expect(decode(.string, .malformedString("\u{FFFD}")).1 == [surrogate])
  }

  @Test func `lengths are counted in code points`() {
    let codec = Codec.string(minimumLength: 2, maximumLength: 3)
    #expect(decode(codec, "e\u{301}").0 != nil)
    #expect(decode(codec, "a").1 == ["string_too_short: String should have at least 2 characters"])
    #expect(decode(codec, "aaaa").1 == ["string_too_long: String should have at most 3 characters"])
    #expect(decode(codec, "aaa\0").1 == ["string_too_long: String should have at most 3 characters"])
    #expect(decode(codec, "a\0").1 == ["value_error: Value error, null characters are not allowed"])
    #expect(decode(.string(maximumLength: 1), "ab").1 == ["string_too_long: String should have at most 1 character"])
  }

  @Test func `an array reports the index of what is wrong`() {
    var validation = Validation()
    #expect(Codec<[String]>.array(.string).decode(["a", 1, "b", 2], &validation) == nil)
    #expect(validation.errors.map(\.location) == [[.index(1)], [.index(3)]])
  }

  @Test func `a nullable value may be null`() {
    #expect(decode(Codec<String?>.nullable(.string), .null).0 == .some(.none))
    #expect(decode(Codec<String?>.nullable(.string), "a").0 == "a")
    #expect(decode(Codec<String?>.nullable(.string), 1).1.count == 1)
  }

  private func encode<Value>(_ codec: Codec<Value>, _ value: Value) -> String {
    var writer = JSONWriter()
    codec.encode(value, &writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func `what was stored is written as it is, or null, and documented as if it never were`() {
    #expect(encode(.stored(.email), "no address") == #""no address""#)
    #expect(encode(.stored(.email), nil) == "null")
    #expect(encode(.stored(.dateTime), Timestamp(microseconds: 0)) == #""1970-01-01T00:00:00Z""#)
    #expect(encode(Codec<[Int32]?>.stored(.array(.integer)), [1, 2]) == "[1,2]")
    #expect(encode(Codec<[Int32]?>.stored(.array(.integer)), nil) == "null")
    #expect(Codec<String?>.stored(.email).document == ["type": "string", "format": "email"])
  }

  @Test func `an integer may be beyond what is documented`() {
    let codec = Codec<Int64>.integer(documentedAs: Int32.self)
    #expect(codec.document == Codec<Int32>.integer.document)
    #expect(encode(codec, 1 << 40) == "1099511627776")
    #expect(decode(codec, .integer(1 << 40)).0 == 1 << 40)
  }

  @Test func `booleans and numbers are themselves`() {
    #expect(decode(.boolean, true).0 == true)
    #expect(decode(.boolean, "off").0 == false)
    #expect(decode(.boolean, []).1 == ["bool_type: Input should be a valid boolean"])
    #expect(decode(.number, 1).0 == 1)
    #expect(decode(.number, .number(.infinity)).1 == ["finite_number: Input should be a finite number"])
    #expect(decode(.number, "1.5").0 == 1.5)
    #expect(decode(.number, .null).1 == ["float_type: Input should be a valid number"])
  }
}
