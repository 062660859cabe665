import TestSupport
import Testing

@testable import FastCGI

struct SelfTestTests {
  @Test func `libfcgi parses and writes through this program's OS layer`() async throws {
    try await onLoop { try FastCGI.selfTest() }
  }
}
