internal import ArgumentParser
internal import Glibc

/// A user of the system that the service runs as.
struct Account {
  let name: String
  let user: uid_t
  let group: gid_t

  init(named name: String) throws {
    guard let entry = getpwnam(name)?.pointee else {
      throw ValidationError("There is no user '\(name)' on this system.")
    }
    self.name = name
    user = entry.pw_uid
    group = entry.pw_gid
  }

  /// Gives up root for good: groups first, since afterwards nothing may change any more.
  func become() throws {
    if getuid() == user { return }
    guard getuid() == 0 else {
      throw ValidationError("Only root can run the service as another user ('\(name)').")
    }
    guard initgroups(name, group) == 0, setgid(group) == 0, setuid(user) == 0 else {
      throw ValidationError("The service cannot become user '\(name)': \(String(cString: strerror(errno))).")
    }
  }
}
