internal import Glibc

/// A shell whose standard input is a pipe of which only this process has the other end: a script that reads from it learns when
/// that is let go of, or when this process ends, however it does. The kernel's own signal for that (`setpriv --pdeathsig`) would
/// come too soon: it is sent at the end of the thread that has started the program, and a test leaves its thread at every `await`.
public struct TetheredShell: Sendable {
  private let shell: ChildProcess
  private let pipeEnd: Int32

  /// Starts a script with its arguments, of which the first is `$0`. All that it prints goes to the file `log`.
  public init(_ script: String, _ arguments: [String], log: String) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw ChildProcess.Failure("pipe: \(errno)") }
    pipeEnd = ends[1]
    defer { close(ends[0]) }
    shell = try ChildProcess.start(["sh", "-c", script] + arguments, input: ends[0], log: log)
  }

  /// The script reads the end of its input; once at most.
  public func letGo() { close(pipeEnd) }

  /// Waits for its end and returns its exit status.
  @discardableResult
  public func wait() -> Int32 { shell.wait() }
}
