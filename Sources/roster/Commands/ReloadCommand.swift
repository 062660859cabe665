internal import ArgumentParser
internal import EventLoop
internal import Glibc

/// `roster reload`: has a service take its program and its settings anew, and tells what came of it.
struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Have a service replace its workers, by the program and the settings of now.",
    discussion: """
      Asks the process of `roster serve` that its launcher knows, as SIGHUP does; with --wait also what came of it. Where a reload \
      is under way, another one follows, which is the one that is meant. For root and the user of the service, on the same \
      network as it (a unit's PrivateNetwork=: systemctl reload).

      Exit codes: 0 the new workers serve (without --wait: it was asked), 1 the reload was given up, and the old ones go on, 64 for \
      wrong usage, 69 there is no such process, or it does not tell in time.
      """)

  @Flag(help: "Wait until the new workers serve, or the reload is given up.")
  var wait = false

  @Option(help: ArgumentHelp("The process.", valueName: "n"))
  var pid: Int32?

  @Option(help: ArgumentHelp("The file that has its number: --pid-file of roster serve.", valueName: "path"))
  var pidFile: String?

  @Option(help: ArgumentHelp("How long it may take.", valueName: "seconds"))
  var timeout = Seconds(.seconds(80))

  func validate() throws {
    guard (pid == nil) != (pidFile == nil) else { throw ValidationError("Say which process: --pid, or --pid-file.") }
    if let pid, pid < 1 { throw ValidationError("--pid must be the number of a process, not \(pid).") }
  }

  func run() throws {
    do throws(ReloadRequest.Failure) {
      let process = if let pid { pid } else { try number(in: pidFile ?? "") }
      let request = try ReloadRequest(to: process, within: timeout.duration)
      guard wait else { return print("asked: process \(process) is to reload") }
      switch try request.outcome() {
      case .done: print("ok: process \(process) has reloaded")
      case .givenUp(let reason): fail(GivenUp(reason: reason), .failure)
      }
    } catch {
      fail(error, .unavailable)
    }
  }

  private func number(in path: String) throws(ReloadRequest.Failure) -> pid_t {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .noFile(path, errno: errno) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = read(file, &bytes, bytes.count)
    let digits = bytes.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }
    guard let number = pid_t(String(decoding: digits, as: UTF8.self)), number > 0 else { throw .noNumber(path) }
    return number
  }
}

private struct GivenUp: Error, CustomStringConvertible {
  let reason: String
  var description: String { LogLine.escaped("the reload was given up, and the workers that run go on: \(reason)") }
}
