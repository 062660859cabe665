internal import CLinux
internal import Glibc

/// The program that workers are made of, held open, so that a worker is closed to others of its user from its first
/// moment.
///
/// execve(2) opens the memory and the environment of a process to every other of its user, until it closes them itself
/// (prctl(2), PR_SET_DUMPABLE), and who has opened the memory by then keeps it. Not where its user may not read the
/// program: mode 0711 and root's. A program that it may read is executed from a copy in memory (memfd_create(2)), which
/// nobody can read, open or change.
struct WorkerProgram: ~Copyable {
  /// It cannot be opened.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let path: String
  private let place: Int32
  private let copy: Int32?
  /// Whether a process that is executed from `place` can be looked into at first.
  private let isOpen: Bool

  /// What `path` leads to now.
  init(_ path: String) throws(Failure) {
    let place = open(path, open_as_place | O_CLOEXEC)
    guard place >= 0, access(path, X_OK) == 0 else {
      let reason = String(cString: strerror(errno))
      if place >= 0 { close(place) }
      throw Failure(description: "the program \(path) cannot be executed: \(reason)")
    }
    (self.path, self.place) = (path, place)
    // Who could look into a process of root's is root.
    let program = geteuid() == 0 || !Secrecy.isWanted ? -1 : open(path, O_RDONLY | O_CLOEXEC)
    isOpen = program >= 0
    copy = program >= 0 ? Self.copy(program) : nil
    if program >= 0 { close(program) }
  }

  deinit {
    close(place)
    if let copy { close(copy) }
  }

  /// What to execute, by paths that are valid in this process and in one that it starts: the next where the system does
  /// not permit one. Without /proc it is the path that the program was found at, whatever that leads to by then.
  var candidates: [(path: String, isOpen: Bool)] {
    let held = "/proc/self/fd/\(place)"
    guard access(held, X_OK) == 0 else { return [(path, isOpen)] }
    return (copy.map { [("/proc/self/fd/\($0)", false)] } ?? []) + [(held, isOpen)]
  }

  /// A copy that can be executed, and neither read nor changed: its owner could change the mode, but cannot open it,
  /// since /proc shows the descriptors of this process to root alone.
  private static func copy(_ program: Int32) -> Int32? {
    let copy = executable_memory("roster")
    guard copy >= 0 else { return nil }
    var count = 1
    while count > 0 { count = sendfile(copy, program, nil, 1 << 30) }
    guard count == 0, fchmod(copy, 0o111) == 0, seal_memory(copy) == 0 else {
      close(copy)
      return nil
    }
    return copy
  }
}
