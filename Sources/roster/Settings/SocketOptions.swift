internal import ArgumentParser
internal import FastCGI
internal import Glibc

/// Where the service listens.
struct SocketOptions: ParsableArguments {
  @Option(Settings.listen) var listen: String?
  @Option(Settings.admin) var admin: String?
  @Option(Settings.socketMode) var socketMode: String?
  @Option(Settings.socketGroup) var socketGroup: String?

  /// The socket of --listen, and those that were inherited: what a launcher has opened takes connections, which nobody else
  /// would answer. And that of --admin. From now on this process is the account's.
  ///
  /// Root makes a Unix socket only where nobody else can put something in its place. Elsewhere the account makes it, with
  /// no right but its own.
  func open(
    for account: Account?, hasWorkers: Bool
  ) throws -> (service: ListeningSockets, admin: ListeningSockets?) {
    // Without one only inherited sockets are to be served.
    let (address, adminAddress) = (try Settings.listen.address(listen), try Settings.admin.address(admin))
    if adminAddress != nil, !hasWorkers {
      throw ValidationError("--admin is served by a process beside the workers: it needs --workers, if only 1.")
    }
    let mode = try mode()
    let hazard = address?.hazardForRoot ?? adminAddress?.hazardForRoot
    if hazard != nil { try account?.become() }
    let owner = try owner(account)
    let inherited = try ListeningSockets.inherited()
    func opened(_ address: ListenAddress?) throws(FastCGIError) -> ListeningSockets? {
      guard let address else { return nil }
      do throws(FastCGIError) { return try ListeningSockets.open(address, mode: mode, owner: owner) } catch {
        if let hazard, account != nil, case .system(_, EACCES) = error {
          throw .hazardousForRoot(address.description, reason: hazard)
        }
        throw error
      }
    }
    let sockets = try opened(address).map { $0 + inherited } ?? inherited
    guard !sockets.all.isEmpty else { throw noSocket }
    do {
      let admin = try opened(adminAddress)
      ProcessStart.keepSignals()
      do { try account?.become() } catch {
        admin?.removeFiles()
        throw error
      }
      return (sockets, admin)
    } catch {
      sockets.removeFiles()
      throw error
    }
  }

  /// Throws where one of them is wrong, as far as that can be told without opening anything.
  func check() throws {
    _ = (try Settings.listen.address(listen), try Settings.admin.address(admin), try mode(), try group())
  }

  private var noSocket: ValidationError {
    ValidationError(
      """
      There is no socket: file descriptor 0 is none that listens, and LISTEN_FDS is not set. Say where to listen, for \
      example with --listen unix:/run/roster/roster.sock, or start roster with spawn-fcgi or systemd.
      """)
  }

  private func mode() throws -> mode_t {
    let text = try Settings.socketMode.value(socketMode)
    guard let mode = mode_t(text, radix: 8), mode <= 0o777 else {
      throw ValidationError("--socket-mode must be octal, such as 0660, not '\(text)'.")
    }
    return mode
  }

  /// Nil where a socket is this process's as it is made.
  private func owner(_ account: Account?) throws -> (user: uid_t, group: gid_t)? {
    let other = account.flatMap { $0.user == geteuid() ? nil : $0 }
    if let group = try group() { return (other?.user ?? geteuid(), group) }
    return other.map { ($0.user, $0.group) }
  }

  private func group() throws -> gid_t? {
    guard let name = try Settings.socketGroup.value(socketGroup) else { return nil }
    guard let group = getgrnam(name)?.pointee.gr_gid else {
      throw ValidationError("There is no group '\(name)' on this system.")
    }
    return group
  }
}

extension OptionalSetting<String> {
  /// The address that was given by the option or its variable, if one was.
  func address(_ option: String?) throws -> ListenAddress? {
    guard let given = try value(option) else { return nil }
    do {
      return try ListenAddress(given)
    } catch {
      throw ValidationError("\(text.argument ?? text.variable) \(error).")
    }
  }
}
