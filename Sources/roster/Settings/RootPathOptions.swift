internal import ArgumentParser
internal import Gateway

/// Where clients reach the API, as uvicorn's option of this name.
struct RootPathOptions: ParsableArguments {
  @Option(Settings.rootPath) var rootPath: String?

  /// Empty where none is set.
  func path() throws -> String {
    guard let text = try Settings.rootPath.value(rootPath), text != "/" else { return "" }
    guard let path = MountPoint.rootPath(text) else {
      throw ValidationError("--root-path must be a path such as /api, not '\(text)'.")
    }
    return path
  }
}
