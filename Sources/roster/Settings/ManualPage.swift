internal import ArgumentParser

/// The pages of man(1), from what is said of commands and settings elsewhere.
enum ManualPage: String, ExpressibleByArgument, CaseIterable {
  case roster = "roster.8"
  case environment = "roster.env.5"

  /// In the language of man(7).
  var text: String {
    switch self {
    case .roster: Self.commandPage
    case .environment: Self.filePage
    }
  }

  private static let commandPage = """
    .TH ROSTER 8 "" "roster \(Roster.version)" "System Manager's Manual"
    .SH NAME
    roster \\- a users API, over FastCGI and on PostgreSQL
    .SH SYNOPSIS
    .B roster
    .I command
    .RI [ option ...]
    .SH DESCRIPTION
    Roster is what nginx passes the requests of a users API to. Every option can be given as a variable of the environment, or in the
    file of \\fB\\-\\-env\\-file\\fR, instead: see
    .BR roster.env (5).
    \\fBroster\\fR \\fIcommand\\fR \\fB\\-\\-help\\fR has the options of each command.
    .SH COMMANDS
    \(Roster.commands.map(entry).joined(separator: "\n"))
    .SH A WORKING SERVICE
    As root, on a Debian with nothing else, for the host users.example.com, whose certificate is that of certbot:
    .PP
    .EX
    apt install ./roster_*.deb nginx postgresql
    su postgres \\-c 'createuser roster && createdb \\-O roster roster'
    sed \\-i s/users.example.com/\\fIHOST\\fR/ /etc/nginx/sites\\-available/roster.conf
    ln \\-s ../sites\\-available/roster.conf /etc/nginx/sites\\-enabled/
    systemctl reload nginx
    .EE
    .PP
    The first request starts the service, and so does a start of the machine.
    Another database: DATABASE_URL in /etc/roster/roster.env, then systemctl reload roster.
    .SH FILES
    .TP
    .I /etc/roster/roster.env
    The settings; systemctl reload reads them again.
    .TP
    .I /etc/nginx/sites\\-available/roster.conf
    The site, of the parts in /etc/nginx/roster.
    .TP
    .I /run/roster/roster.sock
    The socket, systemd's.
    .SH SIGNALS
    .TP
    .B TERM, INT, QUIT
    Requests in flight are finished, then it exits with 0. A second one ends it at once.
    .TP
    .B HUP
    New workers, of the program and the settings of now, take the places of the old ones, without a request lost.
    \\fBroster reload \\-\\-wait\\fR, and \\fBsystemctl reload roster\\fR, also tell what came of it.
    .TP
    .B USR1
    Opens \\fB\\-\\-log\\-file\\fR anew.
    .TP
    .B TTIN, TTOU
    One worker more or less, until the next reload.
    .SH EXIT STATUS
    0 after TERM or success; 1 of \\fBroster ping\\fR, \\fBroster status\\fR and \\fBroster top \\-\\-once\\fR if the service is not well, and of
    \\fBroster reload\\fR if the reload was given up; 64 for wrong usage; 69 if the database or the socket
    cannot be had; 78 if the database does not fit the program, or a file cannot be used: then starting it again cannot help.
    .SH SEE ALSO
    .BR roster.env (5),
    .BR nginx (8),
    .BR systemctl (1);
    /usr/share/doc/roster

    """

  private static let filePage = """
    .TH ROSTER.ENV 5 "" "roster \(Roster.version)" "File Formats Manual"
    .SH NAME
    roster.env \\- settings of roster
    .SH DESCRIPTION
    Lines NAME=VALUE, empty lines, and comments that begin with # or ;. A value with a quote or a backslash stands in quotes. The
    file of \\fBroster serve \\-\\-env\\-file\\fR; of the service, /etc/roster/roster.env. It wins over the environment, and an option
    wins over both. An empty value counts as none. Nobody but root and the service's user may be able to write it, or a directory on
    the way to it; the service's user must be able to read it. Values that \\fBsystemctl reload roster\\fR (SIGHUP) changes: all but those of
    the socket and of the user.
    .PP
    \\fBroster check \\-\\-env\\-file\\fR /etc/roster/roster.env \\fB\\-\\-dump\\fR prints what is in force, and where each value comes from.
    .SH SETTINGS
    \(SettingText.all.map(entry).joined(separator: "\n"))
    .SH SEE ALSO
    .BR roster (8)

    """

  private static func entry(_ command: any ParsableCommand.Type) -> String {
    let name = command.configuration.commandName ?? command._commandName
    return ".TP\n.B roster \(escaped(name))\n\(escaped(command.configuration.abstract))"
  }

  private static func entry(_ setting: SettingText) -> String {
    let option = setting.option.map { "; option \\fB\(escaped("--\($0)"))\\fR" } ?? ""
    return """
      .TP
      .BI \(setting.variable)= \(setting.unit.map { escaped($0) } ?? "0|1")
      \(escaped(setting.meaning)) Default: \(escaped(setting.standard))\(option).
      """
  }

  /// Text that says nothing to troff, whatever it is.
  private static func escaped(_ text: String) -> String {
    let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("…", with: "...")
    return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&\(plain)" : plain
  }
}
