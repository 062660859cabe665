internal import ArgumentParser

/// What clients may send.
struct BoundsOptions: ParsableArguments {
  @Option(Settings.maxNameLength) var maxNameLength: Int?

  /// Those that are set.
  func bounds() throws -> Application.Bounds {
    Application.Bounds(longestName: try Settings.maxNameLength.value(maxNameLength))
  }
}
