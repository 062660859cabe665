/// What `roster check --dump` prints: an --env-file that makes the same settings, without secrets.
enum SettingsDump {
  static func text(_ settings: [SettingInForce], _ environment: [String], _ origins: SettingOrigins) -> String {
    let ours = settings.map(entry)
    let libpqs = libpqVariables(environment).map { name, value in
      let origin = origins.origin(of: name) ?? .variable
      return isSecret(name)
        ? "# \(name) is set by the \(origin.rawValue), and is not shown"
        : entry(SettingInForce(name, value, origin))
    }
    return (ours + libpqs + others(origins, besides: settings)).joined(separator: "\n") + "\n"
  }

  /// Its origin, as a comment, and its line.
  private static func entry(_ setting: SettingInForce) -> String {
    let origin = "# \(setting.origin.rawValue)\(setting.remark.map { ": \($0)" } ?? "")"
    let isMissing = setting.value.isEmpty && setting.variable == Settings.webServerAddresses.variable
    if isMissing { return "\(origin)\n# \(setting.variable)=" }  // an empty one would be a list of nobody
    guard let line = EnvironmentFile.line(setting.variable, setting.value) else {
      return "\(origin)\n# \(setting.variable) has a value that no line of a file can have"
    }
    return "\(origin)\n\(line)"
  }

  /// What libpq takes from the environment where DATABASE_URL does not say it.
  private static func libpqVariables(_ environment: [String]) -> [(name: String, value: String)] {
    environment.filter { $0.hasPrefix("PG") }.sorted().compactMap { entry in
      let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
      return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
  }

  private static func isSecret(_ name: String) -> Bool { name.contains("PASSWORD") || name.contains("SECRET") }

  /// What the file has besides is not the service's own: it may be anything.
  private static func others(_ origins: SettingOrigins, besides settings: [SettingInForce]) -> [String] {
    let known = Set(settings.map(\.variable))
    let names = origins.file.filter { !$0.hasPrefix("PG") && !known.contains($0) }.sorted()
    return names.isEmpty ? [] : ["# not shown, of the env-file: \(names.joined(separator: ", "))"]
  }
}
