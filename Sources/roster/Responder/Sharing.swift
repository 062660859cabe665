internal import EventLoop
internal import FastCGI

/// Keeps a worker to its share of the web servers' connections, among those of its supervisor.
@LoopActor final class Sharing {
  private enum State {
    case waiting, serving, ended
  }

  private let seat: Seat
  private let server: Server
  private var share = Share()
  private var state = State.waiting

  init(_ seat: Seat, _ server: Server) {
    (self.seat, self.server) = (seat, server)
  }

  /// From now on connections are accepted.
  func begin() {
    guard state == .waiting else { return }
    state = .serving
    look()
  }

  /// From now on the others share what comes.
  func end() {
    state = .ended
    seat.write(nil, at: .now())
  }

  private func look() {
    guard state == .serving else { return }
    let now = EventLoop.main.now
    let excess = share.excess(server.keptConnections ?? 0, beside: seat.others(at: now))
    server.shed(excess)
    seat.write(server.keptConnections, at: now)
    _ = EventLoop.main.schedule(after: Share.interval) { [self] in look() }
  }
}
