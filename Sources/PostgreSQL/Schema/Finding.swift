/// Something in the database that the program's statements will meet.
public struct Finding: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, CaseIterable, Sendable {
    /// The program cannot do its work.
    case refusal = "error"
    /// The program works, but not always, or not as its clients expect.
    case warning
    /// Worth knowing: it is the owner's choice, and decides some answers.
    case note
  }

  /// How bad it is.
  public let severity: Severity
  /// What it is about: a table, a column, or the names of statements.
  public let subject: String
  /// What was found.
  public let problem: String
  /// What follows from it, if that does not go without saying.
  public let consequence: String?
  /// What mends it: SQL, or commands, in their order; lines that begin with `--` explain.
  public let remedy: [String]

  init(
    _ severity: Severity, _ subject: String, _ problem: String, so consequence: String? = nil, remedy: [String] = []
  ) {
    (self.severity, self.subject, self.problem) = (severity, subject, problem)
    (self.consequence, self.remedy) = (consequence, remedy)
  }
}

extension Finding {
  /// The same of another subject.
  func about(_ subject: String) -> Finding {
    Finding(severity, subject, problem, so: consequence, remedy: remedy)
  }

  /// The same where what mends it has been said already.
  var withoutRemedy: Finding { Finding(severity, subject, problem, so: consequence) }

  /// The same where the program can do without.
  var asWarning: Finding {
    Finding(severity == .refusal ? .warning : severity, subject, problem, so: consequence, remedy: remedy)
  }
}

extension Finding: CustomStringConvertible {
  /// One line, for the log.
  public var description: String {
    let commands = remedy.filter { !$0.hasPrefix("--") }
    return (["\(subject): \(problem)"] + (consequence.map { [$0] } ?? []) + commands).joined(separator: "; ")
  }

  /// Several lines, for people.
  public var paragraph: String {
    let commands = remedy.map { $0.hasPrefix("--") ? $0 : "\($0);" }
    let lines = (consequence.map { [$0] } ?? []) + commands
    return (["\(severity.rawValue): \(subject): \(problem)"] + lines.map { "    \($0)" }).joined(separator: "\n")
  }
}

/// The database has other tables or types than the program was written for, so that trying again cannot help.
public struct SchemaMismatch: Error, CustomStringConvertible {
  /// Those that are refusals.
  public let findings: [Finding]

  /// A mismatch that consists of these.
  public init(_ findings: [Finding]) {
    self.findings = findings
  }

  /// One line, for the log.
  public var description: String {
    "the database does not fit this program: " + findings.map(\.description).joined(separator: "; ")
  }
}
