import Glibc

/// A server that a test needs, with a folder of its own.
///
/// It never outlives the test process, however that ends: a shell waits at a pipe whose other end only this process has, and
/// then ends the server and removes the folder. The kernel's own signal for that (`setpriv --pdeathsig`) would come too soon:
/// it is sent at the end of the thread that has started the program, and a test leaves its thread at every `await`.
public struct Companion: Sendable {
  private let shell: ChildProcess
  private let pipeEnd: Int32

  /// Starts a program that ends on `signal`, a name as in `kill -TERM`. All that it prints goes to the file `log`.
  public init(_ arguments: [String], folder: String, signal: String, log: String) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw ChildProcess.Failure("pipe: \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    pipeEnd = ends[1]
    defer { close(ends[0]) }
    let script = """
      signal=$1; shift; "$@" </dev/null & server=$!
      read nothing; kill -$signal $server; wait; rm -rf "$0"
      """
    shell = try ChildProcess.start(["sh", "-c", script, folder, signal] + arguments, input: ends[0], log: log)
  }

  /// Ends it and waits until its folder is gone; once at most. Where nobody does, it ends with the test process.
  public func end() {
    close(pipeEnd)
    shell.wait()
  }
}
