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
    guard let address = try Settings.admin.address(admin) else {
      throw ValidationError("Say which socket: --admin unix:/run/roster/admin.sock, or the variable ROSTER_ADMIN.")
    }
    do throws(Client.Failure) {
      let page = try Client.get(json ? "/status" : "/status?text", at: address, within: timeout.duration)
      guard page.status == 200 else { fail(Unwell(address: address, answer: page), .failure) }
      print(String(decoding: page.body, as: UTF8.self), terminator: json ? "\n" : "")
      guard try Client.get("/livez", at: address, within: timeout.duration).status == 200 else {
        ExitStatus.failure.end()
      }
    } catch {
      fail(error, .unavailable)
    }
  }
}
