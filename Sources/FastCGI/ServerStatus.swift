extension Server {
  /// The figures of a server.
  public struct Status: Hashable, Sendable {
    /// Connections that are open.
    public var connections = 0
    /// Requests that were handed to the responder and have not been answered.
    public var requestsInFlight = 0
    /// Requests that were answered since the start, refused and aborted ones included.
    public var requestsServed = 0
    /// Requests that their web servers have aborted since the start, most by ending the connection.
    public var requestsAborted = 0
    /// Connections that were accepted since the start.
    public var connectionsAccepted = 0
  }
}
