internal import ArgumentParser
internal import FastCGI

/// `roster status`: how does a service do?
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print how a service does, asked on its socket of --admin.",
    discussion: """
      What it prints is the page /status. It needs no web server, and is answered also while all workers are busy or stopped.

      Exit codes: 0 a worker is at work, 1 none is, 64 for wrong usage, 69 nobody answers in time.
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @Option(Settings.admin) var admin: String?

  @Option(help: ArgumentHelp("How long the answer may take.", valueName: "seconds"))
  var timeout = Seconds(.seconds(5))

  func run() throws {
    let service = try AdminService(admin, within: timeout.duration)
    do throws(AdminService.Failure) {
      let page = try service.get(json ? "/status" : "/status?text")
      guard page.status == 200 else { fail(Unwell(address: service.address, answer: page), .failure) }
      print(String(decoding: page.body, as: UTF8.self), terminator: json ? "\n" : "")
      if try !service.lives() { ExitStatus.failure.end() }
    } catch {
      fail(error, .unavailable)
    }
  }
}
