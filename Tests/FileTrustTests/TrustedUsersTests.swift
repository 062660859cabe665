import Glibc
import TestSupport
import Testing

@testable import FileTrust

/// Somebody who is neither root nor runs the tests.
private let stranger: uid_t = 54321

struct TrustedUsersTests {
  /// A folder `a` in a new one, in it a folder `b`, in that a file `f`; then what the script does in the new one.
  private func read(_ script: String, path: String = "a/b/f", users: uid_t...) throws -> String {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let make = "umask 022; cd \"$0\"; mkdir -p a/b; echo text >a/b/f; chmod 640 a/b/f\n"
    try ChildProcess.run(["sh", "-ec", make + script, folder])
    do {
      let file = try (users.isEmpty ? TrustedUsers(geteuid()) : TrustedUsers(users[0])).read(
        "\(folder)/\(path)", limit: 100)
      return String(decoding: file.bytes, as: UTF8.self)
    } catch {
      return "\(error)".replacing(folder, with: "FOLDER")
    }
  }

  @Test(arguments: [
    "", "chmod 600 a/b/f", "chmod 1777 a/b", "chmod 3777 a", "mv a/b/f a/b/g; ln -s g a/b/f",
    "mv a c; ln -s c a", "mv a/b c; ln -s ../c a/b", "mv a c; ln -s \"$0/c\" a", "chmod 711 a a/b",
  ])
  func `a file that nobody else can change is read, through links too`(script: String) throws {
    #expect(try read(script) == "text\n")
  }

  @Test(arguments: [
    ("chmod 660 a/b/f", "others than its owner may write in FOLDER/a/b/f (mode 0660): chmod go-w FOLDER/a/b/f"),
    ("chmod 602 a/b/f", "others than its owner may write in FOLDER/a/b/f (mode 0602): chmod go-w FOLDER/a/b/f"),
    ("chmod 775 a/b", "others than its owner may write in FOLDER/a/b (mode 0775): chmod go-w FOLDER/a/b"),
    ("chmod 777 a", "others than its owner may write in FOLDER/a (mode 0777): chmod go-w FOLDER/a"),
    ("chmod 757 .", "others than its owner may write in FOLDER (mode 0757): chmod go-w FOLDER"),
    // Also where only a link lies there, and what it leads to is safe.
    (
      "mkdir -m 777 c; mv a d; mv c a; ln -s ../d/b a/b",
      "others than its owner may write in FOLDER/a (mode 0777): chmod go-w FOLDER/a"
    ),
    (
      "mkdir c; mv a/b/f c; chmod 777 c; ln -s ../../c/f a/b/f",
      "others than its owner may write in FOLDER/c (mode 0777): chmod go-w FOLDER/c"
    ),
    (
      "mkdir -m 777 x; mv a c; ln -s x/../c a",
      "others than its owner may write in FOLDER/x (mode 0777): chmod go-w FOLDER/x"
    ),
  ])
  func `where others may write on the way, it is said where, and what mends it`(script: String, error: String) throws
  {
    #expect(try read(script) == error)
  }

  @Test(
    .enabled(if: getuid() == 0, "only root can give files away"),
    arguments: [
      ("chown STRANGER a/b/f", "/a/b/f"), ("chown STRANGER a/b", "/a/b"), ("chown STRANGER a", "/a"),
      ("chown STRANGER .", ""), ("mv a c; ln -s c a; chown -h STRANGER a", "/a"),
      ("mv a/b/f a/b/g; ln -s g a/b/f; chown -h STRANGER a/b/f", "/a/b/f"),
      ("chmod 1777 a/b; chown STRANGER a/b/f", "/a/b/f"), ("chown STRANGER a/b; chmod 1777 a/b", "/a/b"),
    ])
  func `what belongs to a stranger is refused wherever it is on the way`(script: String, place: String) throws {
    let script = script.replacing("STRANGER", with: "\(stranger)")
    #expect(
      try read(script)
        == "FOLDER\(place) belongs to user \(stranger), who could change it: chown -h root FOLDER\(place)")
    #expect(try read(script, users: stranger) == "text\n")
  }

  @Test(arguments: [
    ("rm a/b/f; mkfifo a/b/f", "it is no file"), ("rm a/b/f; mkdir a/b/f", "it is no file"),
    ("rm a/b/f; ln -s f a/b/f", "Too many levels of symbolic links"), ("rm a/b/f", "No such file or directory"),
    ("rm a/b/f; ln -s nowhere a/b/f", "No such file or directory"), ("rm -r a; echo >a", "Not a directory"),
    ("rm a/b/f; ln -s /dev/zero a/b/f", "it is no file"),
    ("head -c 101 /dev/zero >a/b/f", "it has more than 100 bytes"),
  ])
  func `what is no file of some bytes is refused, and not waited for`(script: String, error: String) throws {
    #expect(try read(script) == error)
  }

  @Test func `a path is one as for the kernel: relative, with dots, with slashes`() throws {
    #expect(try read("", path: "a//b/../b/./f") == "text\n")
    #expect(try read("", path: "a/b/f/") != "text\n")
    #expect(throws: PathError.system(errno: ENOENT)) { try TrustedUsers().read("nowhere/at all", limit: 1) }
    #expect(TrustedUsers().flaw(ofDirectory: "/") == nil)
    #expect(TrustedUsers().flaw(ofDirectory: "/nowhere") == .system(errno: ENOENT))
  }

  @Test func `it is told whether every user may read`() throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    for (mode, isPublic) in [(0o644, true), (0o640, false)] as [(mode_t, Bool)] {
      close(creat("\(folder)/f", 0o600))
      chmod("\(folder)/f", mode)
      #expect(try TrustedUsers(geteuid()).read("\(folder)/f", limit: 0).isPublic == isPublic)
    }
  }
}
