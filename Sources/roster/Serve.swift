internal import ArgumentParser
internal import EventLoop
internal import FastCGI
internal import Glibc
internal import Logging
internal import PostgreSQL

/// `roster serve`: a responder, or several under supervision.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer requests over FastCGI, or one request over CGI.",
    discussion: """
      Listens on --listen; without it on file descriptor 0 (spawn-fcgi, mod_fcgid, systemd) or on systemd's LISTEN_FDS. \
      With GATEWAY_INTERFACE in the environment and no socket, answers one request as a CGI program.

      With --workers, opens the socket, keeps that many responders running on it, replaces one that dies, and passes \
      SIGTERM on. Without it, is one responder itself.

      SIGTERM: requests in flight are finished, then exit 0. A second SIGTERM ends at once.
      """)

  @Option(
    help: ArgumentHelp(
      "The socket: unix:PATH or HOST:PORT. [ROSTER_LISTEN] (default: an inherited socket)", valueName: "address"))
  var listen: String?

  @Option(
    help: ArgumentHelp(
      "Responder processes to keep running on the socket. [ROSTER_WORKERS] (default: this process alone)",
      valueName: "n"))
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "Run as this user once the socket is open; needs root. [ROSTER_USER] (default: no change)", valueName: "name"))
  var user: String?

  @Option(
    help: ArgumentHelp(
      "Permissions of a Unix socket, in octal. [ROSTER_SOCKET_MODE] (default: 0660)", valueName: "mode"))
  var socketMode: String?

  @Option(
    help: ArgumentHelp(
      "The longest request body; a longer one is answered with 413. [ROSTER_MAX_BODY] (default: 1048576)",
      valueName: "bytes"))
  var maxBody: Int?

  @Option(
    help: ArgumentHelp(
      "How long SIGTERM waits for requests in flight. [ROSTER_DRAIN_TIMEOUT] (default: 30)", valueName: "seconds"))
  var drainTimeout: Seconds?

  @OptionGroup(title: "Database") var database: DatabaseOptions
  @OptionGroup(title: "Logging") var log: LogOptions
}
