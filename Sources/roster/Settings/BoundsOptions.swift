internal import ArgumentParser

/// What clients may send.
struct BoundsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The longest name of a user, in characters (code points); a longer one is answered with 422. \
      [ROSTER_MAX_NAME_LENGTH] (default: none)
      """, valueName: "n"))
  var maxNameLength: Int?

  /// Those that are set.
  func bounds() throws -> Application.Bounds {
    let longestName = try Setting.value(maxNameLength, "ROSTER_MAX_NAME_LENGTH").map {
      try Setting.check($0, 1...(1 << 30), "--max-name-length")
    }
    return Application.Bounds(longestName: longestName)
  }
}
