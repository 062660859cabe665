internal import ArgumentParser

/// The command `roster`.
@main
struct Roster: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "roster",
    abstract: "A users API: a FastCGI application for nginx, on PostgreSQL.",
    discussion: """
      Every option can be given as the environment variable in brackets instead; the option wins.

      Exit codes: 0 after SIGTERM or success, 1 of roster ping, roster status and roster top --once if the service is not well, and of \
      roster reload if the reload was given up, 64 for wrong usage, 69 if the \
      database or the socket cannot be had, 70 if Swift's runtime or libfcgi is none that the program was built for, 78 if \
      the database does not fit the program, or a file cannot be used.
      """,
    version: version,
    subcommands: commands + [ConfigurationPage.self, ManualPageCommand.self])

  /// Those that people use.
  static let commands: [any ParsableCommand.Type] = [
    Serve.self, Ping.self, Status.self, Top.self, ReloadCommand.self, Key.self, OpenAPI.self, Check.self, InitDB.self,
    NginxParameters.self,
  ]

  static func main() {
    let arguments = Array(ProgramArguments.all.dropFirst())
    ProcessStart.occupyStandardDescriptors()
    if arguments.first == "serve" {
      ProcessStart.answerSignals()
      LogOutput.standardError.stopWaiting()
    }
    Secrecy.closeMemory()
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      Supervision.current?.tell(reason: message(for: error))
      exit(withError: error)
    }
  }
}
