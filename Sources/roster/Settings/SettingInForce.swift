internal import ArgumentParser

/// The value of a setting as it is in force, and where it comes from.
struct SettingInForce: Equatable {
  enum Origin: String {
    case commandLine = "command line"
    case variable
    case file = "env-file"
    case standard = "default"
  }

  let variable: String
  /// Empty where there is none.
  var value: String
  var origin: Origin
  /// What else is to be said of it.
  var remark: String?

  init(_ variable: String, _ value: String, _ origin: Origin, remark: String? = nil) {
    (self.variable, self.value, self.origin, self.remark) = (variable, value, origin, remark)
  }
}

/// Where settings come from that are not on the command line.
struct SettingOrigins {
  /// The names that --env-file has.
  let file: Set<String>

  /// Nothing where the variable is not set, or empty.
  func origin(of variable: String) -> SettingInForce.Origin? {
    guard let value = ProcessEnvironment.value(variable), !value.isEmpty else { return nil }
    return file.contains(variable) ? .file : .variable
  }

  func inForce<Declared: GivenSetting>(_ setting: Declared, _ option: Declared.Value?) throws -> SettingInForce {
    let value = try setting.given(option) ?? setting.fallback
    let origin = option == nil ? origin(of: setting.text.variable) ?? .standard : .commandLine
    return SettingInForce(
      setting.text.variable, value?.defaultValueDescription ?? "", origin,
      remark: value == nil ? setting.text.standard : nil)
  }

  func inForce(_ setting: Setting<Switch>, _ flag: Bool) throws -> SettingInForce {
    try inForce(setting, flag ? Switch(true) : nil)
  }

  /// A setting that no option stands for.
  func inForce(_ setting: SettingText) -> SettingInForce {
    let origin = origin(of: setting.variable)
    return SettingInForce(
      setting.variable, ProcessEnvironment.value(setting.variable) ?? "", origin ?? .standard,
      remark: origin == nil ? setting.standard : nil)
  }
}
