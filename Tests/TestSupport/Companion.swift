/// A server that a test needs, with a folder of its own.
///
/// It never outlives the test process, however that ends: then a ``TetheredShell`` ends the server and removes the folder.
public struct Companion: Sendable {
  private let shell: TetheredShell

  /// Starts a program that ends on `signal`, a name as in `kill -TERM`. All that it prints goes to the file `log`.
  public init(_ arguments: [String], folder: String, signal: String, log: String) throws {
    let script = """
      signal=$1; shift; "$@" </dev/null & server=$!
      read nothing; kill -$signal $server; wait; rm -rf "$0"
      """
    shell = try TetheredShell(script, [folder, signal] + arguments, log: log)
  }

  /// Ends it and waits until its folder is gone; once at most. Where nobody does, it ends with the test process.
  public func end() {
    shell.letGo()
    shell.wait()
  }
}
