internal import ArgumentParser
internal import FastCGI

/// `roster ping`: does the service on a socket answer?
struct Ping: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a service on its FastCGI socket how it does, as a web server would.",
    discussion: """
      Asks for /livez, which a worker that answers at all answers with 200; with --ready for /readyz, which also asks whether \
      the database can be used. It needs no web server: for a container's HEALTHCHECK, runit's check, monit, and scripts.

      Exit codes: 0 it does, 1 it answers and is not well, 64 for wrong usage, 69 nobody answers in time.
      """)

  @Flag(help: "Ask whether requests can be answered, not only whether the service lives.")
  var ready = false

  @Option(Settings.listen) var listen: String?

  @Option(help: ArgumentHelp("How long the answer may take.", valueName: "seconds"))
  var timeout = Seconds(.seconds(5))

  func run() throws {
    guard let address = try Settings.listen.address(listen) else {
      throw ValidationError("Say which socket: --listen unix:/run/roster/roster.sock, or the variable ROSTER_LISTEN.")
    }
    do throws(Client.Failure) {
      let answer = try Client.get(ready ? "/readyz" : "/livez", at: address, within: timeout.duration)
      guard answer.status == 200 else { fail(Unwell(address: address, answer: answer), .failure) }
      print("ok: \(address) \(ready ? "is ready" : "lives")")
    } catch {
      fail(error, .unavailable)
    }
  }
}

/// An answer that is no 200.
struct Unwell: Error, CustomStringConvertible {
  let address: ListenAddress
  let answer: Client.Answer

  var description: String {
    let words = String(decoding: answer.body.prefix(200), as: UTF8.self)
    return LogLine.escaped("\(address) answers \(answer.status) \(words)")
  }
}
