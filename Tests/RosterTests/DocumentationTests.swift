import Glibc
import TestSupport
import Testing

/// What the documentation points at is there.
struct DocumentationTests {
  private static let pages =
    ["README", "CONTRIBUTING", "CHANGELOG", "Benchmarks/tried"].map { "\($0).md" } + documentation
  private static let documentation = [
    "api-keys", "architecture", "check", "configuration", "connection-strings", "databases", "differences",
    "launchers", "logs", "metrics", "operations", "performance", "promises", "resources", "threat-model",
    "web-servers",
  ].map { "Documentation/\($0).md" }

  private func isThere(_ path: String) -> Bool { access("\(Program.project)/\(path)", F_OK) == 0 }

  @Test(arguments: pages) func `every link leads to a file that is there, and to one of its headings`(page: String) {
    let folder = page.contains("/") ? "\(Program.folder(of: page))/" : ""
    for match in contents(of: "\(Program.project)/\(page)").matches(of: /\]\(([^)\s]+)\)/) {
      let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      if match.1.contains("://") { continue }
      let target = parts[0].isEmpty ? page : folder + parts[0]
      #expect(isThere(target), "\(match.1)")
      guard parts.count == 2 else { continue }
      #expect(anchors(of: target).contains(String(parts[1])), "\(match.1)")
    }
  }

  /// As GitHub makes them of headings.
  private func anchors(of page: String) -> [String] {
    contents(of: "\(Program.project)/\(page)").split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
      line.drop { $0 == "#" }.dropFirst().lowercased().replacing(" ", with: "-").filter {
        $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_"
      }
    }
  }

  @Test func `the files that the architecture names are there, and a request meets at most forty`() throws {
    let text = contents(of: "\(Program.project)/Documentation/architecture.md")
    for match in text.matches(of: /`([A-Za-z]+\/[A-Za-z\/]+\.swift)`/) {
      #expect(isThere("Sources/\(match.1)") || isThere(String(match.1)), "\(match.1)")
    }
    let way = text.split(separator: "\n").filter { $0.firstMatch(of: /^\| [0-9]+ \|/) != nil }
    let files = way.flatMap { $0.matches(of: /`[A-Za-z]+\/[A-Za-z\/]+\.swift`/).map { String($0.0) } }
    #expect((20...40).contains(files.count))
    #expect(Set(files).count == files.count)
  }
}
