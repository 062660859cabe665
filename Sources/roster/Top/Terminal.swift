internal import Glibc

/// The terminal as `roster top` has it: another screen than that of before, without a cursor, and keys as they are pressed.
struct Terminal {
  /// What it was like; nil where the keys are not this terminal's.
  private let before: termios?

  /// Nil where standard output is no terminal, or one that knows no more than lines.
  init?() {
    let kind = getenv("TERM").map { String(cString: $0) } ?? ""
    guard isatty(STDOUT_FILENO) == 1, !["", "dumb"].contains(kind) else { return nil }
    var mode = termios()
    before = tcgetattr(STDIN_FILENO, &mode) == 0 ? mode : nil
  }

  var hasKeys: Bool { before != nil }

  /// Another screen, without lines that are broken and a cursor. Ctrl-C and Ctrl-Z go on being signals. Where the process is in the
  /// background, the system stops it here until it is not.
  func enter() {
    if var mode = before {
      mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
      tcsetattr(STDIN_FILENO, TCSANOW, &mode)
    }
    put("\u{1B}[?1049h\u{1B}[?7l\u{1B}[?25l\u{1B}[2J")
  }

  /// As it was before.
  func leave() {
    put("\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
    if var mode = before { tcsetattr(STDIN_FILENO, TCSANOW, &mode) }
  }

  /// Characters and lines; what a terminal has that does not say.
  var size: (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Puts lines in the place of what is there. Each ends by clearing what was right of it, which flickers less than a clear screen.
  func show(_ lines: [String]) {
    put("\u{1B}[H" + lines.map { "\($0)\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
  }

  private func put(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return }  // it has gone: a signal, or the keys, say so
      bytes = bytes.dropFirst(max(0, count))
    }
  }
}
