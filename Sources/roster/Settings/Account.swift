internal import ArgumentParser
internal import CLinux
internal import Glibc
internal import Logging

/// `--user`
struct AccountOptions: ParsableArguments {
  @Option(Settings.user) var user: String?

  /// The user, whose environment this process has from now on. Without one, HOME may still be another user's: spawn-fcgi,
  /// chpst and setpriv leave it as it was, and libpq fails where it may not look for a certificate.
  func account() throws -> Account? {
    guard let name = try Settings.user.value(user) else {
      Account.leaveForeignHome()
      return nil
    }
    let account = try Account(named: name)
    account.takeEnvironment()
    return account
  }

  /// For a check that sees what the service will see: its HOME, its files, its rights.
  func becomeUser(_ logger: Logger) throws {
    if let account = try account() { return try account.become() }
    if getuid() == 0 {
      logger.notice("checked as root: with --user NAME it is seen whether the service's user can do the same")
    }
  }
}

/// A user of the system that the service runs as.
struct Account {
  let name: String
  let user: uid_t
  let group: gid_t
  private let home: String

  init(named name: String) throws {
    guard let entry = getpwnam(name)?.pointee else {
      throw ValidationError("There is no user '\(name)' on this system.")
    }
    self.name = name
    user = entry.pw_uid
    group = entry.pw_gid
    home = String(cString: entry.pw_dir)
  }

  /// libpq looks for passwords, services and certificates in HOME.
  func takeEnvironment() {
    setenv("HOME", home, 1)
    setenv("USER", name, 1)
    setenv("LOGNAME", name, 1)
  }

  /// Gives up root for good: groups first, since afterwards nothing may change any more. What the kernel is to send when the
  /// launcher ends (setpriv --pdeathsig) is forgotten with the change, and asked for anew.
  func become() throws {
    if getuid() == user { return }
    guard getuid() == 0 else {
      throw ValidationError("Only root can run the service as another user ('\(name)').")
    }
    let (launcher, signal) = (getppid(), parent_death_signal())
    guard initgroups(name, group) == 0, setgid(group) == 0, setuid(user) == 0 else {
      throw ValidationError("The service cannot become user '\(name)': \(String(cString: strerror(errno))).")
    }
    guard signal != 0 else { return }
    _ = set_parent_death_signal(signal)
    if getppid() != launcher { raise(signal) }  // it ended in between
  }

  /// Where this process may not enter HOME, that of its user takes its place.
  static func leaveForeignHome() {
    guard let home = getenv("HOME"), access(home, X_OK) != 0, errno == EACCES, let entry = getpwuid(getuid())?.pointee
    else { return }
    setenv("HOME", entry.pw_dir, 1)
  }
}
