import Testing

@testable import roster

struct StartupCodeTests {
  @Test func `the code of files is found, data and what belongs to no file are not`() {
    let path = "00000000 fe:00 16225240                  /usr/local/bin/roster\n"
    #expect(StartupCode.codeOfFile("1000-3000 r-xp \(path)") == 0x1000..<0x3000)
    for line in [
      "1000-3000 r--p \(path)", "1000-3000 rw-p \(path)", "7ffd0-7ffd1 r-xp 00000000 00:00 0    [vdso]\n",
      "1000-3000 r-xp 00000000 00:00 0\n", "3000-1000 r-xp \(path)", "x-y r-xp \(path)", "",
    ] {
      #expect(StartupCode.codeOfFile(line) == nil)
    }
  }
}
