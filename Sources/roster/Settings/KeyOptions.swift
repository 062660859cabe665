internal import APIKeys
internal import ArgumentParser

/// Who may call the service.
struct KeyOptions: ParsableArguments {
  @Option(Settings.apiKeys) var apiKeys: String?

  /// The file, where there is to be one.
  func file() throws -> KeyFile? {
    try Settings.apiKeys.value(apiKeys).map(KeyFile.init)
  }
}
