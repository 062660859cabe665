import Glibc
import Testing

@testable import FastCGI

struct ProcFileTests {
  @Test func `the system tells, also what is longer than one read`() throws {
    #expect(try #require(ProcFile.text("self/statm")).split(separator: " ").count == 7)
    let maps = try #require(ProcFile.text("self/maps"))
    #expect(maps.utf8.count > 16 << 10 && maps.hasSuffix("\n"))
  }

  @Test func `what is not there is nothing`() {
    #expect(ProcFile.text("self/no such file") == nil)
  }
}
