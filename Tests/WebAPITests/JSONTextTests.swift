import Testing

@testable import WebAPI

struct JSONTextTests {
  private static let text = "[\"é😀\"]"

  private static func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
    text.utf16.flatMap { bigEndian ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
  }

  private static func utf32(_ text: String, bigEndian: Bool) -> [UInt8] {
    text.unicodeScalars.flatMap { scalar in
      let bytes = [24, 16, 8, 0].map { UInt8(scalar.value >> UInt32($0) & 255) }
      return bigEndian ? bytes : bytes.reversed()
    }
  }

  @Test(arguments: [
    Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), utf16(text, bigEndian: true),
    utf16(text, bigEndian: false), utf16("\u{FEFF}" + text, bigEndian: true),
    utf16("\u{FEFF}" + text, bigEndian: false), utf32(text, bigEndian: true), utf32(text, bigEndian: false),
    utf32("\u{FEFF}" + text, bigEndian: true), utf32("\u{FEFF}" + text, bigEndian: false),
  ])
  func `every encoding that Python recognises gives the same text`(body: [UInt8]) {
    #expect(JSONText(body)?.bytes == Array(Self.text.utf8))
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
      [0xFF, 0xFE, 0x22], [0, 0, 0xFE, 0xFF, 0, 0x11, 0, 0],
    ] as [[UInt8]])
  func `bytes that are no text are refused`(body: [UInt8]) {
    #expect(JSONText(body) == nil)
  }

  @Test func `offsets count characters`() throws {
    let text = try #require(JSONText(Array("é😀x".utf8)))
    #expect(text.characters(before: 6) == 2)
    #expect(text.characters(before: 7) == 3)
  }
}
