import Glibc
import TestSupport

/// A terminal in which a command runs, by tmux: what it shows can be read, and keys can be pressed. It never outlives the test process.
final class TmuxScreen {
  private let folder: String
  private let shell: TetheredShell
  private var socket: String { "\(folder)/tmux" }

  /// A terminal of this size with bash in it, which has jobs as a person's has. When it is closed under a program, LeakSanitizer may
  /// wait for ever at that program's end, and nobody would see what it finds.
  init(width: Int, height: Int) throws {
    folder = try makeTemporaryFolder()
    let script = """
      tmux -S "$0/tmux" -f /dev/null new-session -d -x "$1" -y "$2" \
        'env ASAN_OPTIONS=detect_leaks=0 PS1="ready> " TERM=screen bash --norc --noprofile -i'
      read nothing; tmux -S "$0/tmux" kill-server
      """
    shell = try TetheredShell(script, [folder, "\(width)", "\(height)"], log: "\(folder)/log")
    try shows("ready>")
  }

  deinit {
    shell.letGo()
    shell.wait()
    try? ChildProcess.run(["rm", "-rf", folder])
  }

  private func tmux(_ arguments: [String]) throws -> String {
    let output = "\(folder)/output"
    unlink(output)
    try ChildProcess.run(["tmux", "-S", socket] + arguments, log: output)
    return contents(of: output)
  }

  /// The lines that it shows.
  var lines: [String] {
    get throws {
      try tmux(["capture-pane", "-p"]).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// The same as soon as they say this.
  @discardableResult
  func shows(_ text: String) throws -> [String] {
    try shows { $0.contains { $0.contains(text) } }
  }

  @discardableResult
  func shows(_ isRight: ([String]) throws -> Bool) throws -> [String] {
    var last: [String] = []
    do {
      return try Poll.until {
        last = (try? lines) ?? []
        return try isRight(last) ? last : nil
      }
    } catch {
      throw ChildProcess.Failure("\(error); it shows:\n\(last.joined(separator: "\n"))")
    }
  }

  /// Whether a program has another screen than the shell's, and whether there is a cursor.
  func state() throws -> String {
    try tmux(["display-message", "-p", "#{alternate_on}#{cursor_flag}"]).filter(\.isNumber)
  }

  func isRestored() throws -> Bool { try state() == "01" }

  /// The process that the shell runs.
  var job: pid_t {
    get throws {
      let shell = try tmux(["display-message", "-p", "#{pane_pid}"]).filter(\.isNumber)
      return try Poll.until {
        pid_t(contents(of: "/proc/\(shell)/task/\(shell)/children").split(separator: " ").first ?? "")
      }
    }
  }

  /// Types a line at the shell.
  func type(_ line: String) throws {
    _ = try tmux(["send-keys", "-l", line])
    try press("Enter")
  }

  /// Presses a key, by tmux's name for it.
  func press(_ key: String) throws { _ = try tmux(["send-keys", key]) }

  func resize(width: Int, height: Int) throws {
    _ = try tmux(["resize-window", "-x", "\(width)", "-y", "\(height)"])
  }
}
