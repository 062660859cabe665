internal import Glibc

/// How the program ends; numbers as in sysexits(3).
enum ExitStatus: Int32 {
  case success = 0
  /// What was asked for is not so.
  case failure = 1
  /// The database or the socket cannot be had.
  case unavailable = 69
  /// The program does not have the libraries that it was built for.
  case software = 70
  /// The database does not fit the program, or a file of keys cannot be used.
  case configuration = 78
  /// Ended by a second signal, with requests still in flight.
  case interrupted = 130

  /// Whether starting again cannot help.
  var isLasting: Bool { self == .software || self == .configuration }

  /// Ends the process.
  func end() -> Never { exit(rawValue) }
}

/// Says on file descriptor 2 what went wrong and ends the process: for failures before there is anything to serve.
func fail(_ error: any Error, _ status: ExitStatus) -> Never {
  Supervision.current?.tell(reason: "\(error)")
  LogOutput.standardError.write(lastWords: "\(error)")
  status.end()
}
