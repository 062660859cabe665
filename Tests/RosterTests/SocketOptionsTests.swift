import Glibc
import TestSupport
import Testing

/// Where root makes a socket, where the service's user does, and what is left of it.
@Suite(.ownThread, .enabled(if: getuid() == 0, "only root becomes another user")) struct SocketOptionsTests {
  private static let address = "host=/nonexistent"

  /// A folder with a directory `d` in which a socket is to be, after the script.
  private func inFolder(_ script: String, _ body: (String) throws -> Void) throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    try ChildProcess.run(["sh", "-ec", "cd \"$0\"; mkdir -m 755 d; \(script)", folder])
    try body(folder)
  }

  private func status(_ path: String) -> stat? {
    var info = stat()
    return lstat(path, &info) == 0 ? info : nil
  }

  private func id(_ user: String) -> uid_t? { getpwnam(user)?.pointee.pw_uid }

  @Test(arguments: [
    ("", ["--user", "www-data"], "www-data www-data 660"),
    ("chmod 1777 d", ["--user", "www-data"], "www-data www-data 660"),
    ("chown www-data d", ["--user", "www-data"], "www-data www-data 660"),
    ("", ["--user", "nobody", "--socket-group", "www-data"], "nobody www-data 660"),
    ("chown www-data d", ["--user", "www-data", "--socket-mode", "0606"], "www-data www-data 606"),
    ("chgrp www-data d; chmod 775 d", ["--user", "www-data"], "www-data www-data 660"),
    ("", ["--socket-group", "www-data"], "root www-data 660"), ("chown www-data d", [], "root root 660"),
  ])
  func `the socket is the user's, and the group's, wherever it may be`(
    script: String, arguments: [String], rights: String
  ) throws {
    try inFolder(script) { folder in
      let roster = try RunningProgram(["--listen", "unix:\(folder)/d/s"] + arguments, database: Self.address)
      try Poll.until { roster.log.contains("listening on unix:\(folder)/d/s") ? true : nil }
      try ChildProcess.run(["stat", "-c", "%U %G %a", "\(folder)/d/s"], log: "\(folder)/rights")
      #expect(contents(of: "\(folder)/rights") == "\(rights)\n")
      #expect(status("\(folder)/d/s.lock") == nil)
      try roster.signal(SIGTERM)
      #expect(roster.wait() == 0)
      // Gone, or nobody may connect any more.
      #expect(status("\(folder)/d/s").map { $0.st_mode & 0o777 == 0 } != false)
      let next = try RunningProgram(["--listen", "unix:\(folder)/d/s"] + arguments, database: Self.address)
      try Poll.until { next.log.contains("listening on unix:\(folder)/d/s") ? true : nil }
    }
  }

  @Test(arguments: [
    ("chown nobody d", ["--user", "www-data"]), ("chown nobody d", ["--socket-group", "www-data"]),
    ("chmod 775 d; chgrp nogroup d", ["--user", "www-data"]), ("chown nobody .", ["--user", "www-data"]),
  ])
  func `where somebody else could exchange it, there is none, and it is said why`(
    script: String, arguments: [String]
  ) throws {
    try inFolder(script) { folder in
      let result = try Program.run(
        ["serve", "--listen", "unix:\(folder)/d/s", "--database-url", Self.address] + arguments)
      #expect(result.status == 69)
      #expect(result.output.contains("root makes a socket for another user only where root alone may write"))
      #expect(result.output.contains(": chown -h root \(folder)") || result.output.contains(": chmod go-w \(folder)"))
      #expect(status("\(folder)/d/s") == nil)
    }
  }

  /// As where other programs run as the web server's usual user: `user` and `--socket-group` of the web server's own.
  @Test func `who is not in the socket's group does not come in`() throws {
    try inFolder("") { folder in
      let roster = try RunningProgram(
        ["--listen", "unix:\(folder)/d/s", "--user", "nobody", "--socket-group", "daemon"], database: Self.address)
      try Poll.until { roster.log.contains("listening on unix:\(folder)/d/s") ? true : nil }
      let connect = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
      for (user, group, comesIn) in [
        ("www-data", "www-data", false), ("daemon", "daemon", true), ("www-data", "daemon", true),
        ("man", "man", false),
      ] {
        let status = try ChildProcess.start([
          "setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "/usr/bin/python3", "-c", connect,
          "\(folder)/d/s",
        ]).wait()
        #expect((status == 0) == comesIn, "\(user), \(group)")
      }
    }
  }

  /// A link takes the socket's place as soon as that is there: what it leads to stays root's.
  @Test(arguments: ["chown www-data d", "chown www-data . d", "chgrp www-data d; chmod 775 d", "chmod 1777 d"])
  func `a link in the socket's place gives nothing of root's away`(script: String) throws {
    try inFolder("\(script); mkdir -m 700 root; : >root/secret; chmod 600 root/secret") { folder in
      let swap = """
        import ctypes, os, signal, sys
        signal.alarm(120)
        os.chdir(sys.argv[1]); os.symlink("../root/secret", "l")
        while True: ctypes.CDLL(None).renameat2(-100, b"l", -100, b"s", 2)
        """
      let attacker = try ChildProcess.start(
        [
          "setpriv", "--reuid=www-data", "--regid=www-data", "--clear-groups", "/usr/bin/python3", "-c", swap,
          "\(folder)/d",
        ])
      defer {
        kill(attacker.id, SIGKILL)
        attacker.wait()
      }
      try Poll.until { status("\(folder)/d/l") }
      for _ in 0..<10 {
        let start = try ChildProcess.start([
          "timeout", "0.3", Program.path, "serve", "--listen", "unix:\(folder)/d/s", "--database-url", Self.address,
          "--user", "www-data",
        ])
        start.wait()
        let secret = try #require(status("\(folder)/root/secret"))
        #expect(secret.st_uid == 0 && secret.st_gid == 0 && secret.st_mode & 0o777 == 0o600)
        try ChildProcess.run(["sh", "-c", "rm -f \"$0\"/s; ln -sf ../root/secret \"$0\"/l", "\(folder)/d"])
      }
    }
  }
}
