import Testing

@testable import roster

struct EnvironmentFileTests {
  private func parse(_ text: String) throws -> [String] {
    try EnvironmentFile.parse(text).map { "\($0.name)=\($0.value)" }
  }

  @Test func `lines are variables, comments or empty`() throws {
    let lines = [
      "", "# a comment", " ;x", " A_1=b c \r", "\tEMPTY=", ##"_x='  $a\"# '"##, #"Y="it's""#,
      "URL=host=/x options=a#b",
    ]
    #expect(
      try parse(lines.joined(separator: "\n")) == [
        "A_1=b c", "EMPTY=", ##"_x=  $a\"# "##, "Y=it's", "URL=host=/x options=a#b",
      ])
  }

  @Test(arguments: [
    "NAME", "=x", "1A=x", "A B=x", "export A=x", "A=a\\b", "A=it's", "A='x", "A='x'y", "A=\"a\\b\"", "A='", "Ä=x",
  ])
  func `what readers would understand differently is refused, with its line`(line: String) {
    let error = #expect(throws: EnvironmentFile.Failure.self) { try EnvironmentFile.parse("OK=1\n\(line)\n") }
    #expect(error?.description.hasPrefix("line 2: ") == true)
  }

  @Test func `a file must be there, small, and text`() {
    #expect(throws: EnvironmentFile.Failure.self) { try EnvironmentFile.read("/nonexistent") }
    #expect(throws: EnvironmentFile.Failure.self) { try EnvironmentFile.read("/proc/self/exe") }
    #expect(throws: EnvironmentFile.Failure.self) { try EnvironmentFile.read("/dev/zero") }
    #expect(throws: EnvironmentFile.Failure.self) { try EnvironmentFile.read("/tmp") }
  }
}
