import TestSupport
import Testing

/// Documentation/resources.md, and the folder whose code it shows.
enum Recipes {
  static let folder = #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)
  static let page = contents(of: "\(folder)/../../Documentation/resources.md")

  /// The lines of the page's blocks of Swift, without indentation.
  static let blocks = page.matches(of: /```swift\n((?s).*?)```/).map { lines($0.1) }

  static func lines(_ text: Substring) -> [String] {
    text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " }.description }
  }

  /// The files that are compiled and run, which the page's code is from.
  static let files = [
    "Groups.swift", "GroupsTests.swift", "Members.swift", "Events.swift", "Pictures.swift", "Notes.swift",
    "ValuesTests.swift",
    "../newcomer/Sources/groups/Groups.swift", "../newcomer/Sources/groups/Memberships.swift",
    "../newcomer/Sources/groups/main.swift",
  ]
}

struct RecipesTests {
  @Test func `every line of Swift in the documentation is a part of what is compiled and run`() {
    let sources = Recipes.files.map { Recipes.lines(contents(of: "\(Recipes.folder)/\($0)")[...]) }
    #expect(Recipes.blocks.count >= 12)
    for block in Recipes.blocks {
      let isThere = sources.contains { code in code.indices.contains { code[$0...].starts(with: block) } }
      #expect(isThere, "\(block.joined(separator: "\n"))")
    }
  }

  @Test func `as many lines as are said to be enough are enough`() {
    let folder = "\(Recipes.folder)/../newcomer/Sources/groups"
    let counts = ["Groups", "Memberships", "main"].map { name in
      Recipes.lines(contents(of: "\(folder)/\(name).swift")[...]).count { !$0.isEmpty && !$0.hasPrefix("//") }
    }
    let words = "have \(counts[0]) and \(counts[1]) lines of code, and their program \(counts[2]) more"
    #expect(contents(of: "\(Recipes.folder)/../../README.md").contains(words), "\(words)")
    #expect(Recipes.page.contains("\(counts[0]) and \(counts[1]) lines of code"))
  }

  @Test func `what the tutorial has changed in the program is there to be changed`() {
    let top = "\(Recipes.folder)/../.."
    let application = contents(of: "\(top)/Sources/roster/Responder/Application.swift")
    let diff = Recipes.page.firstMatch(of: /```diff\n([^`]*)```/)?.1 ?? ""
    let old = diff.split(separator: "\n").compactMap { $0.firstMatch(of: /^ {3}[- ](.+)$/)?.1 }
    #expect(old.count == 3)
    for line in old { #expect(application.contains("\(line)\n"), "\(line)") }
    let target = Recipes.page.firstMatch(of: /\.target\(name: "Groups", [^\n]*/)?.0 ?? ""
    #expect(contents(of: "\(top)/Package.swift").contains(target.replacing("Groups", with: "Users")))
  }
}
