public import EventLoop

/// What follows the beginning of a request's body, as it arrives.
///
/// The web server's connection is not read while a piece waits here that nobody has taken: a slow reader slows the client down,
/// and keeps no more than two pieces of about 64 KiB.
@LoopActor public final class Stdin {
  private enum State {
    case arriving, ended
    case failed(BodyError)
  }

  private weak var connection: Connection?
  /// What CONTENT_LENGTH announces.
  private let announced: Int?
  private var state = State.arriving
  /// What has come and nobody has taken.
  private var piece: [UInt8] = []
  /// Set while the responder waits for more.
  private var reader: UnsafeContinuation<Void, Never>?

  init(_ connection: Connection, announced: Int?) {
    (self.connection, self.announced) = (connection, announced)
  }

  /// The next bytes, and nil behind the last. One task at a time asks for them, until the request is answered.
  public func next() async throws(BodyError) -> [UInt8]? {
    guard reader == nil else { throw .outOfTurn }
    if piece.isEmpty, case .arriving = state {
      await withUnsafeContinuation {
        reader = $0
        connection?.settle()
      }
    }
    if case .failed(let error) = state { throw error }
    guard !piece.isEmpty else { return nil }
    defer {
      piece = []
      connection?.settle()
    }
    return piece
  }

  /// Whether the responder waits for what its web server owes.
  var isAwaited: Bool { reader != nil }
  /// Whether a piece waits for the responder.
  var isFull: Bool { size > 0 }
  /// Bytes that wait for it.
  var size: Int { piece.count }

  func deliver(_ bytes: [UInt8]) {
    guard case .arriving = state, !bytes.isEmpty else { return }
    piece += bytes
    wake()
  }

  /// That was all: so many bytes, with the body's beginning.
  func end(_ length: Int) {
    guard case .arriving = state else { return }
    if let announced, announced != length { return fail(.incomplete) }
    state = .ended
    wake()
  }

  /// There will be no more, although there should be.
  func fail(_ error: BodyError) {
    guard case .arriving = state else { return }
    state = .failed(error)
    piece = []
    wake()
  }

  private func wake() {
    reader.take()?.resume()
  }
}

/// Why a body that is read as it arrives goes on no more.
public enum BodyError: Error, Hashable, Sendable {
  /// It has more bytes than were asked for in ``BodyReading``.
  case tooLarge
  /// It has not the number of bytes that CONTENT_LENGTH announced.
  case incomplete
  /// Nothing has come for ``ServerConfiguration/partialRequestTimeout``.
  case late
  /// The web server has gone, or does not want the answer any more.
  case aborted
  /// It was asked for behind the answer, or by two tasks at once.
  case outOfTurn
}
