import Glibc
import TestSupport
import Testing

@testable import FastCGI

struct UnixSocketFileTests {
  private func status(_ path: String) -> stat? {
    var info = stat()
    return lstat(path, &info) == 0 ? info : nil
  }

  private func inFolder(mode: mode_t = 0o755, _ body: (String) throws -> Void) throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    chmod(folder, mode)
    try body(folder)
  }

  @Test(arguments: [0o600, 0o660, 0o666, 0o777, 0o240] as [mode_t])
  func `the mode is what was asked for, whatever the umask`(mode: mode_t) throws {
    try inFolder { folder in
      let socket = try ListeningSockets.open(.unix(path: "\(folder)/s"), mode: mode)
      #expect(status("\(folder)/s")?.st_mode == S_IFSOCK | mode)
      socket.close()
      #expect(status("\(folder)/s") == nil)
    }
  }

  @Test func `whoever locks the directory, or the socket's name, keeps nothing from starting`() throws {
    try inFolder { folder in
      let directory = open(folder, O_RDONLY)
      defer { close(directory) }
      #expect(flock(directory, LOCK_EX | LOCK_NB) == 0)
      let socket = try ListeningSockets.open(.unix(path: "\(folder)/s"))
      #expect(status("\(folder)/s.lock") == nil)
      socket.close()
    }
  }

  @Test func `of many that start together one listens`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let path = "\(folder)/s"
    for _ in 0..<20 {
      let dead = try ListeningSockets.open(.unix(path: path))
      shutdown(dead.all[0].descriptor, Int32(SHUT_RDWR))
      let opened = await withTaskGroup(of: ListeningSockets?.self) { group in
        for _ in 0..<4 { group.addTask { try? ListeningSockets.open(.unix(path: path)) } }
        return await group.reduce(into: [ListeningSockets]()) { all, one in if let one { all.append(one) } }
      }
      #expect(opened.count == 1)
      #expect((try? FastCGIClient(unix: path)) != nil)
      for one in opened { one.close() }
      dead.close()
    }
  }

  @Test(.enabled(if: getuid() == 0, "only root can give files away"))
  func `a lock of somebody else's is not waited for, and a link is not followed`() throws {
    try inFolder { folder in
      try ChildProcess.run(["sh", "-ec", "cd \"$0\"; : >s.lock; chown nobody s.lock; ln -s target t.lock", folder])
      #expect(throws: FastCGIError.system("\(folder)/s.lock", errno: EEXIST)) {
        try ListeningSockets.open(.unix(path: "\(folder)/s"))
      }
      #expect(throws: FastCGIError.system("\(folder)/t.lock", errno: ELOOP)) {
        try ListeningSockets.open(.unix(path: "\(folder)/t"))
      }
      #expect(status("\(folder)/target") == nil)
    }
  }

  @Test(.enabled(if: getuid() == 0, "only root can give files away"), arguments: [0o755, 0o711, 0o1777] as [mode_t])
  func `root gives a socket away where nobody else can exchange it`(mode: mode_t) throws {
    try inFolder(mode: mode) { folder in
      let socket = try ListeningSockets.open(.unix(path: "\(folder)/s"), mode: 0o660, owner: (54321, 54322))
      let made = try #require(status("\(folder)/s"))
      #expect(made.st_uid == 54321 && made.st_gid == 54322 && made.st_mode == S_IFSOCK | 0o660)
      socket.close()
      #expect(status("\(folder)/s") == nil)
    }
  }

  @Test(
    .enabled(if: getuid() == 0, "only root can give files away"),
    arguments: [
      "chmod 775 .", "chmod 777 a", "chown 54321 a", "chown 54321 .", "mv a b; ln -s b a; chown -h 54321 a",
    ])
  func `root gives nothing away where somebody else could exchange it`(script: String) throws {
    try inFolder { folder in
      try ChildProcess.run(["sh", "-ec", "umask 022; cd \"$0\"; mkdir a; \(script)", folder])
      let error = #expect(throws: FastCGIError.self) {
        try ListeningSockets.open(.unix(path: "\(folder)/a/s"), owner: (54321, 54322))
      }
      guard case .hazardousForRoot("\(folder)/a/s", _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(status("\(folder)/a/s") == nil)
    }
  }

  /// What is left where the maker could not remove it.
  @Test func `a socket that nobody may connect to is replaced`() throws {
    try inFolder { folder in
      let left = try ListeningSockets.open(.unix(path: "\(folder)/s"))
      chmod("\(folder)/s", 0)
      let next = try ListeningSockets.open(.unix(path: "\(folder)/s"))
      left.close()
      #expect(status("\(folder)/s")?.st_mode == S_IFSOCK | 0o660)
      next.close()
    }
  }
}
