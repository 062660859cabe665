/// Several processes accept from the same sockets, and web servers keep their connections: nothing else ever moves one from
/// a process that has too many to one that has none.
extension Server {
  /// How many connections the process has, without those that it was told to give away and those that end; nil where it
  /// cannot accept more at the moment.
  public var keptConnections: Int? {
    isFit ? connections.values.count(where: \.isKept) : nil
  }

  /// Gives away `count` connections, and as long as that is not 0 leaves new ones to other processes: until it is asked with 0.
  ///
  /// Web servers are asked to end them, at once where they are idle, else behind the next answer; only those that are known
  /// to end a connection when they are asked to, so there may be fewer.
  public func shed(_ count: Int) {
    for connection in connections.values.lazy.filter(\.canBeShed).prefix(max(0, count)) { connection.shed() }
    leaveToOthers(count > 0)
  }
}

extension Connection {
  fileprivate var isKept: Bool { state == .open && !isShed }

  fileprivate var canBeShed: Bool { isKept && webServer == .endsWhenAsked }

  fileprivate func shed() {
    isShed = true
    sayGoodbye()
  }
}
