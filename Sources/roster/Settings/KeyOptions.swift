internal import APIKeys
internal import ArgumentParser

/// Who may call the service.
struct KeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The file of those who may call, one line a key; see roster key new --help. [ROSTER_API_KEYS] (default: everybody)",
      valueName: "file"))
  var apiKeys: String?

  /// The file, where there is to be one.
  func file() throws -> KeyFile? {
    try Setting.value(apiKeys, "ROSTER_API_KEYS").map(KeyFile.init)
  }
}
