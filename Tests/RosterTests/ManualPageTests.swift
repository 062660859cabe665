import TestSupport
import Testing

@testable import roster

@Suite(.ownThread) struct ManualPageTests {
  @Test(arguments: ManualPage.allCases) func `man finds nothing wrong with the page`(_ page: ManualPage) throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let path = "\(folder)/\(page.rawValue)"
    let script = """
      "$0" manual-page "$1" >"$2" &&
        LC_ALL=C.UTF-8 MANROFFSEQ= MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$2" 2>&1 >/dev/null
      """
    let command = ["sh", "-c", script, Program.path, page.rawValue, path]
    let program = try ChildProcess.start(command, log: "\(folder)/warnings")
    #expect(program.wait() == 0)
    #expect(contents(of: "\(folder)/warnings") == "")
  }

  @Test func `every command and every setting has its entry`() {
    #expect(ManualPage.roster.text.ranges(of: "\n.TP\n.B roster ").count == Roster.commands.count)
    for setting in SettingText.all { #expect(ManualPage.environment.text.contains("\n.BI \(setting.variable)= ")) }
  }
}
