internal import ArgumentParser

/// `roster manual-page`: for the package.
struct ManualPageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual-page", abstract: "Print a page for man(1).", shouldDisplay: false)

  @Argument(help: "roster.8 or roster.env.5")
  var page: ManualPage

  func run() {
    print(page.text, terminator: "")
  }
}
