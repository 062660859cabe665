internal import CPostgreSQL
internal import EventLoop

/// libpq's buffers grow to the largest row or value that passes through a connection, to twice its size, and never shrink: a
/// megabyte that everybody asked for once would be kept by each connection of each worker. So a connection through which
/// something large has passed is replaced when it rests, one in a second, as one that is too old is.
extension Pool {
  /// Bytes of what is large. Twice that on each of eight connections is what a worker may keep.
  static let large = 256 << 10
  private static let rest = Duration.seconds(1)

  /// A statement and its answer have passed through a connection.
  func notePassage(of request: Request, through connection: Connection) {
    guard request.passage > Self.large else { return }
    admission.state.swell(connection.index, at: EventLoop.main.now)
    if replacement == nil { replaceLater() }
  }

  private func replaceLater() {
    replacement = EventLoop.main.schedule(after: Self.rest) { self.replace() }
  }

  private func replace() {
    replacement = nil
    let swollen = admission.state.swollen(for: Self.rest, at: EventLoop.main.now)
    if let swollen, let connection = connections[swollen] { retire(connection) }
    if admission.state.hasSwollen { replaceLater() }
  }
}

extension Request {
  /// Bytes of its answer, as libpq holds them.
  var memory: Int { if case .result(let pointer) = answer { PQresultMemorySize(pointer) } else { 0 } }

  /// Bytes of the largest thing that passed through the connection on its behalf: its values together, or a row of the answer,
  /// which are taken to be about equal.
  fileprivate var passage: Int {
    let (sent, memory) = (sql.parameters.bytes.count, memory)
    guard case .result(let pointer) = answer else { return sent }
    return memory > Pool.large ? max(sent, memory / max(1, Int(PQntuples(pointer)))) : sent
  }
}
