import Glibc
import TestSupport
import Testing

/// The database's password stays in the process.
@Suite(.ownThread) struct SecrecyTests {
  private static let address = "postgresql://nobody:secret-word@localhost:1/none"

  @Test(arguments: [["--database-url", address], ["--database-url=\(address)"]], [[], ["--workers", "2"]])
  func `an address on the command line is not shown by ps`(option: [String], workers: [String]) throws {
    let roster = try RunningProgram(option + workers, database: "")
    _ = try roster.ask("GET", "/users/")
    let processes = try [roster.id] + (workers.isEmpty ? [] : roster.workers(2))
    for process in processes {
      let line = contents(of: "/proc/\(process)/cmdline")
      #expect(line.contains("serve"))
      #expect(!line.contains("secret-word"))
    }
    try Poll.until { roster.log.contains("nobody") ? true : nil }  // that address was used
    #expect(!roster.log.contains("secret-word"))
  }

  /// Linux gives the files of a process whose memory is closed to root.
  @Test(arguments: [true, false])
  func `memory is closed to core files and to others of the same user, unless it was asked for`(isClosed: Bool) throws
  {
    let user = getuid() == 0 ? ["--user", "nobody"] : []
    let roster = try RunningProgram(
      user + ["--workers", "2"], database: Self.address, environment: isClosed ? [] : ["ROSTER_CORE_FILES=1"])
    _ = try roster.ask("GET", "/users/")
    for worker in try roster.workers(2) {
      var info = stat()
      #expect(stat("/proc/\(worker)/environ", &info) == 0)
      #expect((info.st_uid == 0) == isClosed)
    }
  }

  // MARK: Another process of the same user

  /// Looks, as fast as it can, into every process of a program: a line for each thing that it gets at.
  private static let attack = """
    import os, signal, sys
    signal.alarm(120)
    program, log, seen = sys.argv[1].encode(), open(sys.argv[2], "a", buffering=1), set()
    looks = {
        "environ": lambda path: b"secret-word" in open(path, "rb").read(),
        "mem": lambda path: open(path, "r+b", buffering=0),
        "fd": lambda path: os.listdir(path),
        "exe": lambda path: os.readlink(path),
    }
    def gets(path, look):
        try:
            return look(path)
        except OSError:
            return False
    log.write("begins\\n")
    while True:
        for process in filter(str.isdecimal, os.listdir("/proc")):
            command = gets(f"/proc/{process}/cmdline", lambda path: open(path, "rb").read()) or b""
            if command.partition(b"\\0")[0] == program:
                for name, look in looks.items():
                    if (process, name) not in seen and gets(f"/proc/{process}/{name}", look):
                        seen.add((process, name))
                        log.write(f"{name} of {process}\\n")
    """

  private static let user = "www-data"
  private static let asUser =
    getuid() == 0 ? ["setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--"] : []

  /// Becomes that user as launchers do. setpriv(1) keeps root's right to read everything until the program has been
  /// executed.
  private static let launcher = """
    import os, pwd, sys
    entry = pwd.getpwnam(sys.argv[1])
    os.setgroups([]); os.setgid(entry.pw_gid); os.setuid(entry.pw_uid)
    os.execv(sys.argv[2], sys.argv[2:])
    """
  private static let launch = getuid() == 0 ? ["/usr/bin/python3", "-c", launcher, user] : []

  /// What an attacker has seen of the program's processes while `body` ran.
  private func seen(_ program: String, _ body: () throws -> Void) throws -> [Substring] {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let log = "\(folder)/log"
    try ChildProcess.run(["sh", "-c", ": >\"$0\"; chmod 666 \"$0\"", log])
    let attacker = try ChildProcess.start(Self.asUser + ["/usr/bin/python3", "-c", Self.attack, program, log])
    defer {
      kill(attacker.id, SIGKILL)
      attacker.wait()
    }
    try Poll.until { contents(of: log).hasPrefix("begins") ? true : nil }
    try body()
    return contents(of: log).split(separator: "\n").dropFirst().map { $0 }
  }

  /// A copy of the program in a folder that everybody may write; those who execute it can read it or not.
  private func withCopy(isReadable: Bool, _ body: (_ program: String, _ folder: String) throws -> Void) throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    chmod(folder, 0o777)
    let path = "\(folder)/roster"
    try ChildProcess.run(["cp", Program.path, path])
    chmod(path, isReadable ? 0o755 : getuid() == 0 ? 0o711 : 0o111)
    try body(path, folder)
  }

  /// Has twenty workers of a service end, and a reload be tried.
  private func replaceWorkers(_ program: String, _ environment: [String] = []) throws {
    let user = getuid() == 0 ? ["--user", Self.user] : []
    let roster = try RunningProgram(
      user + ["--workers", "2"], database: Self.address, environment: environment, program: program)
    _ = try roster.ask("GET", "/users/")
    for _ in 0..<20 {
      let before = try roster.workers(2)
      kill(before[0], SIGKILL)
      try Poll.until { try roster.workers.contains(before[0]) ? nil : true }
    }
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("the reload was given up") ? true : nil }
    #expect(!roster.log.contains("others of this user can look into a worker"))
  }

  /// From a start on at which root becomes the user.
  @Test(arguments: [true, false])
  func `a worker cannot be looked into, from its first moment on`(isReadable: Bool) throws {
    try withCopy(isReadable: isReadable) { program, _ in
      // Of the program itself its user's start can be seen, which is not root's here.
      let supervisor = getuid() == 0 || !isReadable ? 0 : 4
      let closed = try seen(program) { try replaceWorkers(program) }
      #expect(closed.count <= supervisor)
      let open = try seen(program) { try replaceWorkers(program, ["ROSTER_CORE_FILES=1"]) }
      #expect(open.count { $0.hasPrefix("environ of ") } > 1 && open.count { $0.hasPrefix("mem of ") } > 1)
    }
  }

  /// Started by a launcher that is the user already: nothing but the mode of the program can help.
  @Test(arguments: ["check", "serve", "serve --listen unix:FOLDER/s", "serve --listen unix:FOLDER/s --workers 2"])
  func `a program that its user cannot read is closed at every start`(command: String) throws {
    try withCopy(isReadable: false) { program, folder in
      let arguments = command.replacing("FOLDER", with: folder).split(separator: " ").map { String($0) }
      let isCGI = command == "serve"
      func start(_ environment: [String] = []) throws {
        let variables =
          ["DATABASE_URL=\(Self.address)"] + (isCGI ? ["GATEWAY_INTERFACE=CGI/1.1"] : [])
          + environment
        let status = try ChildProcess.start(
          ["env"] + variables + ["timeout", "1"] + Self.launch + [program] + arguments
        ).wait()
        #expect([0, 69, 124].contains(status))
      }
      let closed = try seen(program) { for _ in 0..<10 { try start() } }
      #expect(closed == [])
      guard command.contains("--listen") else { return }
      let open = try seen(program) { try start(["ROSTER_CORE_FILES=1"]) }
      #expect(open.contains { $0.hasPrefix("environ of ") })
    }
  }
}
