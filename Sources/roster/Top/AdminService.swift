internal import ArgumentParser
internal import EventLoop
internal import FastCGI

/// A service as somebody sees it who asks on its socket of --admin.
struct AdminService {
  /// Where the socket is.
  let address: ListenAddress
  /// How long an answer may take.
  let limit: Duration

  /// Why there is no answer, and what to do.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// The one that the option says, or its variable.
  init(_ option: String?, within limit: Duration) throws {
    guard let address = try Settings.admin.address(option) else {
      throw ValidationError("Say which socket: --admin unix:/run/roster/admin.sock, or the variable ROSTER_ADMIN.")
    }
    (self.address, self.limit) = (address, limit)
  }

  /// A page, whatever it is answered with.
  func get(_ path: String) throws(Failure) -> Client.Answer {
    do throws(Client.Failure) { return try Client.get(path, at: address, within: limit) } catch {
      var advice = ""
      if case .unreachable = error {
        advice = "; is the service started with --admin \(address), or ROSTER_ADMIN, and may this user connect there?"
      }
      throw Failure(description: LogLine.escaped("\(error)\(advice)"))
    }
  }

  /// A page that is there.
  func page(_ path: String) throws(Failure) -> [UInt8] {
    let answer = try get(path)
    guard answer.status == 200 else { throw Failure(description: "\(Unwell(address: address, answer: answer))") }
    return answer.body
  }

  /// Whether a worker is at work.
  func lives() throws(Failure) -> Bool { try get("/livez").status == 200 }

  /// What it says of itself now.
  func reading() throws(Failure) -> TopReading {
    let (status, metrics) = (try page("/status"), try page("/metrics"))
    guard let reading = TopReading(status: status, metrics: metrics, at: .now()) else {
      throw Failure(description: "\(address): what answers there is no socket of --admin")
    }
    return reading
  }
}
