internal import ArgumentParser
internal import EventLoop
internal import Glibc

/// `roster top`: how does a service do, all the time?
struct Top: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how a service does, anew each second, asked on its socket of --admin.",
    discussion: """
      Requests a second and how long they take (by what came between two looks), connections to the database and who waits for \
      one, the workers, the routes, the slowest first, and the slowest requests of the last ten seconds. q or Ctrl-C ends it. Where \
      standard output is no terminal, it prints one such view, of one interval, as with --once.

      Exit codes: 0 it was ended, or a worker is at work, 1 none is (--once), 64 for wrong usage, 69 nobody answers in time.
      """)

  @Option(Settings.admin) var admin: String?

  @Option(help: ArgumentHelp("The time between two looks.", valueName: "seconds"))
  var interval = Seconds(.seconds(1))

  @Flag(help: "Print one view, of what came within one interval, and end.")
  var once = false

  @Option(help: ArgumentHelp("How long an answer may take.", valueName: "seconds"))
  var timeout = Seconds(.seconds(2))

  private static let shortest = Duration.milliseconds(100)

  func validate() throws {
    guard (Self.shortest...(.seconds(3600))).contains(interval.duration) else {
      throw ValidationError("--interval must be from 0.1 to 3600 seconds.")
    }
  }

  func run() throws {
    let service = try AdminService(admin, within: timeout.duration)
    do throws(AdminService.Failure) {
      let first = try service.reading()
      guard !once, let terminal = Terminal() else { return try printOnce(service, first) }
      TopScreen.run(service, interval.duration, terminal, first)
    } catch {
      fail(error, .unavailable)
    }
  }

  private func printOnce(_ service: AdminService, _ first: TopReading) throws(AdminService.Failure) {
    usleep(UInt32(clamping: interval.duration.nanoseconds / 1000))
    print(TopView(first, try service.reading()).lines().joined(separator: "\n"))
    if try !service.lives() { ExitStatus.failure.end() }
  }
}
