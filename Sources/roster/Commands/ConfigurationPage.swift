internal import ArgumentParser

/// `roster configuration-page`: for `make configuration-page`.
struct ConfigurationPage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "configuration-page", abstract: "Print Documentation/configuration.md.", shouldDisplay: false)

  func run() {
    print(SettingsPage.text, terminator: "")
  }
}
