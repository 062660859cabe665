import TestSupport
import Testing

@testable import roster

/// Every setting is declared once, and what is said of it anywhere comes from there.
struct SettingsTests {
  @Test func `the page of the documentation is what is generated`() throws {
    let page = contents(of: "\(Program.project)/Documentation/configuration.md")
    #expect(page == SettingsPage.text, "make configuration-page writes it")
  }

  @Test(arguments: ["serve", "check"]) func `the help has every option, and no other`(command: String) throws {
    let help = try Program.run([command, "--help"]).output
    let named = help.split(separator: "\n").compactMap { line in
      line.hasPrefix("  --") ? line.dropFirst(4).prefix { $0 != " " } : nil
    }
    let declared = SettingText.all.compactMap(\.option)
    #expect(Set(named.map(String.init)).subtracting(["version", "dump"]) == Set(declared))
  }

  @Test func `a dump has every setting but the file's own name`() throws {
    let dump = try Program.run(["check", "--dump"]).output
    let variables = SettingText.all.map(\.variable).filter { $0 != Settings.envFile.text.variable }
    for variable in variables { #expect(dump.contains("\n\(variable)=") || dump.contains("\n# \(variable)=")) }
    #expect(Set(variables).count == variables.count, "two settings have the same variable")
  }

  @Test func `a wrong setting is found by check, whichever it is`() throws {
    for (option, value) in [("workers", "0"), ("listen", "x"), ("socket-mode", "9"), ("max-memory", "1")] {
      let result = try Program.run(["check", "--\(option)", value])
      #expect(result.status == 64)
      #expect(result.output.contains("--\(option) "))
    }
    let result = try Program.run(["check"], ["ROSTER_ECHO=perhaps"])
    #expect(result.status == 64)
    #expect(result.output.contains("ROSTER_ECHO has the value 'perhaps', which is invalid. It is one of 1, 0."))
  }
}
