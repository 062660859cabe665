/// Documentation/configuration.md.
enum SettingsPage {
  static let text = """
    # Configuration

    <!-- `make configuration-page` writes this page, from Sources/roster/Settings/Settings.swift -->

    Every option of `roster serve` is an environment variable as well. The option wins, then a line of `--env-file`, then the
    environment, then the default. An empty variable counts as none. A variable `ROSTER_…` that is none of these is logged, with
    the one that it is nearest to. `roster check` takes the same options, and `roster check --dump` says
    [what is in force and why](check.md#what-is-in-force).

    | option | variable | default | meaning |
    | --- | --- | --- | --- |
    \(SettingText.all.map(row).joined(separator: "\n"))

    Seconds may have fractions. A switch has no value on the command line; its variable is 1 or 0.

    The command `roster key` and the file of `--api-keys`: [api-keys.md](api-keys.md). What can be changed without a restart:
    [operations.md](operations.md#reload). What `DATABASE_URL` may be: [connection-strings.md](connection-strings.md).

    """

  private static func row(_ setting: SettingText) -> String {
    let option = setting.option.map { "`--\($0)\(setting.unit.map { " \($0.uppercased())" } ?? "")`" } ?? ""
    return "| \(option) | `\(setting.variable)` | \(escaped(setting.standard)) | \(escaped(setting.meaning)) |"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("*", with: "\\*").replacing("<", with: "\\<")
  }
}
