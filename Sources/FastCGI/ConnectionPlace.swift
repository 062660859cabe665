internal import EventLoop

/// The place of a connection, which others may need more.
extension Connection {
  /// What it waits for of its peer; nil while that waits for an answer.
  var standing: Places.Standing? {
    switch state {
    case .open where !outgoing.isEmpty, .ending: Places.Standing(waiting: .rest, since: clock.since)
    case .open where stdin?.isAwaited == true: Places.Standing(waiting: .rest, since: clock.since)
    case .open where flight != .none: nil
    case .open where incoming.scanner.isReceiving || !incoming.isEmpty:
      Places.Standing(waiting: .rest, since: clock.since)
    case .open: Places.Standing(waiting: webServer == nil ? .firstRequest : .request, since: clock.since)
    case .lingering: Places.Standing(waiting: .request, since: clock.since)
    case .closed: nil
    }
  }

  /// Ends at once, for another's sake; false where something has come meanwhile.
  func makeWay() -> Bool {
    let before = standing
    if state == .open, outgoing.isEmpty, flight == .none { receive(mayHaveMore: true) }
    guard before == standing || state == .closed else { return false }
    close()
    return true
  }
}
