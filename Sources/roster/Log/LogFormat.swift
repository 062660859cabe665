internal import ArgumentParser
internal import Glibc

/// What the lines of the log are written as.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  /// For people: time, level, process, message, then `name=value`.
  case text
  /// `name=value` throughout (https://brandur.org/logfmt), with the names of Go's slog.
  case logfmt
  /// An object a line (https://jsonlines.org), with the same names.
  case json
  /// As text; for systemd's journal with a priority and without the time, which it has itself.
  case auto
}

/// What a line looks like, once it is known where it goes.
enum LogLayout: CaseIterable {
  case text, journal, logfmt, json
}

/// How the lines of a descriptor look: what the latest of them was, so is what this process says of the log itself.
struct LogAppearance {
  var format = LogFormat.auto
  private var isJournal = false

  init(_ descriptor: Int32) {
    look(descriptor)
  }

  /// Where the descriptor leads now.
  mutating func look(_ descriptor: Int32) {
    isJournal = JournalStream(ProcessEnvironment.value("JOURNAL_STREAM"))?.isDescriptor(descriptor) ?? false
  }

  var layout: LogLayout {
    switch format {
    case .text: .text
    case .logfmt: .logfmt
    case .json: .json
    case .auto: isJournal ? .journal : .text
    }
  }
}

/// The socket of systemd's journal to which systemd has led the standard descriptors of this process, if it has (systemd.exec(5)).
struct JournalStream {
  private let device: UInt64
  private let inode: UInt64

  /// What JOURNAL_STREAM says: the numbers of device and inode, with a colon between.
  init?(_ text: String?) {
    let numbers = (text ?? "").split(separator: ":", omittingEmptySubsequences: false).map { UInt64($0) }
    guard numbers.count == 2, let device = numbers[0], let inode = numbers[1] else { return nil }
    (self.device, self.inode) = (device, inode)
  }

  /// Whether the descriptor leads there still, and was not led elsewhere since.
  func isDescriptor(_ descriptor: Int32) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && UInt64(status.st_dev) == device && UInt64(status.st_ino) == inode
  }
}
