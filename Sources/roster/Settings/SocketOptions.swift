internal import ArgumentParser
internal import FastCGI
internal import Glibc

/// Where the service listens.
struct SocketOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The socket: unix:PATH, HOST:PORT (all addresses of HOST) or *:PORT (all of this machine's). [ROSTER_LISTEN] \
      (default: inherited sockets)
      """, valueName: "address"))
  var listen: String?

  @Option(
    help: ArgumentHelp(
      "Permissions of a Unix socket, in octal. [ROSTER_SOCKET_MODE] (default: 0660)", valueName: "mode"))
  var socketMode: String?

  @Option(
    help: ArgumentHelp(
      "Group of a Unix socket, the web server's. [ROSTER_SOCKET_GROUP] (default: that of --user)", valueName: "name"))
  var socketGroup: String?

  /// The socket of --listen, and those that were inherited: what a launcher has opened takes connections, which nobody else
  /// would answer. From now on this process is the account's.
  ///
  /// Root makes a Unix socket only where nobody else can put something in its place. Elsewhere the account makes it, with
  /// no right but its own.
  func open(for account: Account?) throws -> ListeningSockets {
    let address = try Setting.value(listen, "ROSTER_LISTEN").map(parse)
    let mode = try mode()
    let hazard = address?.hazardForRoot
    if hazard != nil { try account?.become() }
    let owner = try owner(account)
    let inherited = try ListeningSockets.inherited()
    let opened = try address.map { address throws(FastCGIError) in
      do throws(FastCGIError) { return try ListeningSockets.open(address, mode: mode, owner: owner) } catch {
        if let hazard, account != nil, case .system(_, EACCES) = error {
          throw .hazardousForRoot(address.description, reason: hazard)
        }
        throw error
      }
    }
    let sockets = opened.map { $0 + inherited } ?? inherited
    ProcessStart.keepSignals()
    guard !sockets.all.isEmpty else { throw noSocket }
    do { try account?.become() } catch {
      sockets.removeFiles()
      throw error
    }
    return sockets
  }

  private func parse(_ address: String) throws -> ListenAddress {
    do {
      return try ListenAddress(address)
    } catch {
      throw ValidationError("--listen \(error).")
    }
  }

  private var noSocket: ValidationError {
    ValidationError(
      """
      There is no socket: file descriptor 0 is none that listens, and LISTEN_FDS is not set. Say where to listen, for \
      example with --listen unix:/run/roster/roster.sock, or start roster with spawn-fcgi or systemd.
      """)
  }

  private func mode() throws -> mode_t {
    let text = try Setting.value(socketMode, "ROSTER_SOCKET_MODE") ?? "0660"
    guard let mode = mode_t(text, radix: 8), mode <= 0o777 else {
      throw ValidationError("--socket-mode must be octal, such as 0660, not '\(text)'.")
    }
    return mode
  }

  /// Nil where a socket is this process's as it is made.
  private func owner(_ account: Account?) throws -> (user: uid_t, group: gid_t)? {
    let other = account.flatMap { $0.user == geteuid() ? nil : $0 }
    if let name = try Setting.value(socketGroup, "ROSTER_SOCKET_GROUP") {
      guard let group = getgrnam(name)?.pointee.gr_gid else {
        throw ValidationError("There is no group '\(name)' on this system.")
      }
      return (other?.user ?? geteuid(), group)
    }
    return other.map { ($0.user, $0.group) }
  }
}
