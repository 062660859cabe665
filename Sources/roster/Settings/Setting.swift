internal import ArgumentParser
internal import Glibc

/// What is said of a setting: once, here, for the help, for Documentation/configuration.md and for `roster check --dump`.
struct SettingText: Sendable {
  /// Of the command line, without its dashes; nothing where there is only the variable.
  let option: String?
  let variable: String
  /// What its value is called; nothing for a switch.
  let unit: String?
  /// What holds where nothing is given, in words.
  let standard: String
  /// Whether a password may be in it.
  let isSecret: Bool
  /// Whether it concerns the supervisor alone, so that workers are started without it.
  let isSupervisors: Bool
  let meaning: String

  var help: ArgumentHelp {
    let advice = isSecret ? " Prefer the variable: others can read a command line." : ""
    return ArgumentHelp("\(meaning)\(advice) [\(variable)] (default: \(standard))", valueName: unit)
  }

  /// The option as a command line has it.
  var argument: String? { option.map { "--\($0)" } }

  /// Of a variable that no option stands for, in a help.
  var sentence: String { "\(variable): \(meaning) (default: \(standard))" }

  var name: NameSpecification { option.map { .customLong($0) } ?? .long }
}

/// A setting that the command line gives, else the environment.
protocol GivenSetting<Value>: Sendable {
  associatedtype Value: ExpressibleByArgument & Sendable
  var text: SettingText { get }
  /// Throws where a value is none of those that it may have.
  var check: @Sendable (Value) throws -> Void { get }
  /// What holds where nothing is given; nil where that is no value.
  var fallback: Value? { get }
}

extension GivenSetting {
  /// The value of the option, else of the variable, else nil. An empty variable counts as none.
  func given(_ option: Value?) throws -> Value? {
    let value = try option ?? fromEnvironment()
    if let value { try check(value) }
    return value
  }

  private func fromEnvironment() throws -> Value? {
    guard let text = ProcessEnvironment.value(text.variable), !text.isEmpty else { return nil }
    if let value = Value(argument: text) { return value }
    let choices = Value.allValueStrings
    throw ValidationError(
      "The environment variable \(self.text.variable) has the value '\(text)', which is invalid."
        + (choices.isEmpty ? "" : " It is one of \(choices.joined(separator: ", "))."))
  }
}

/// A setting that has a value even where none is given.
struct Setting<Value: ExpressibleByArgument & Sendable>: GivenSetting {
  let text: SettingText
  let check: @Sendable (Value) throws -> Void
  let standard: Value

  init(
    _ option: String, _ unit: String?, default standard: Value, isSupervisors: Bool = false, _ meaning: String,
    check: @escaping @Sendable (Value) throws -> Void = { _ in }
  ) {
    (self.standard, self.check) = (standard, check)
    text = SettingText(
      option, unit, default: standard.defaultValueDescription, isSupervisors: isSupervisors, meaning)
  }

  var fallback: Value? { standard }

  func value(_ option: Value?) throws -> Value { try given(option) ?? standard }
}

/// A setting that may have no value, for which its default stands in words.
struct OptionalSetting<Value: ExpressibleByArgument & Sendable>: GivenSetting {
  let text: SettingText
  let check: @Sendable (Value) throws -> Void

  init(
    _ option: String, _ unit: String, variable: String? = nil, default standard: String, isSecret: Bool = false,
    isSupervisors: Bool = false, _ meaning: String, check: @escaping @Sendable (Value) throws -> Void = { _ in }
  ) {
    self.check = check
    text = SettingText(
      option, unit, variable: variable, default: standard, isSecret: isSecret, isSupervisors: isSupervisors, meaning)
  }

  var fallback: Value? { nil }

  func value(_ option: Value?) throws -> Value? { try given(option) }
}

extension SettingText {
  /// An option, whose variable has its name behind `ROSTER_` unless it says otherwise.
  init(
    _ option: String, _ unit: String?, variable: String? = nil, default standard: String, isSecret: Bool = false,
    isSupervisors: Bool = false, _ meaning: String
  ) {
    self.init(
      option: option, variable: variable ?? "ROSTER_\(option.uppercased().replacing("-", with: "_"))", unit: unit,
      standard: standard, isSecret: isSecret, isSupervisors: isSupervisors, meaning: meaning)
  }

  /// A variable that no option stands for.
  init(variable: String, default standard: String, _ meaning: String) {
    self.init(
      option: nil, variable: variable, unit: nil, standard: standard, isSecret: false, isSupervisors: false,
      meaning: meaning)
  }
}

extension Option {
  /// An option as it is declared.
  init<Declared: GivenSetting>(_ setting: Declared) where Value == Declared.Value? {
    self.init(name: setting.text.name, help: setting.text.help)
  }
}

extension Flag where Value == Bool {
  /// A switch as it is declared.
  init(wrappedValue: Bool, _ setting: Setting<Switch>) {
    self.init(wrappedValue: wrappedValue, name: setting.text.name, help: setting.text.help)
  }
}
