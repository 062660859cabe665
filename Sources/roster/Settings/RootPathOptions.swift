internal import ArgumentParser
internal import Gateway

/// Where clients reach the API, as uvicorn's option of this name.
struct RootPathOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Where clients reach the API through a proxy that takes a prefix off, such as /api, and says so neither with SCRIPT_NAME \
      nor with REQUEST_URI. [ROSTER_ROOT_PATH] (default: what the web server says)
      """, valueName: "path"))
  var rootPath: String?

  /// Empty where none is set.
  func path() throws -> String {
    guard let text = try Setting.value(rootPath, "ROSTER_ROOT_PATH"), text != "/" else { return "" }
    guard let path = MountPoint.rootPath(text) else {
      throw ValidationError("--root-path must be a path such as /api, not '\(text)'.")
    }
    return path
  }
}
