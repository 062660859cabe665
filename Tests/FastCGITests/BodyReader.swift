import EventLoop
import Synchronization

@testable import FastCGI

/// What a responder has read, and how that ended: "end", or an error.
final class BodyReader: Sendable {
  private let state = Mutex((pieces: [[UInt8]](), end: String?.none, isHeldUp: false))

  var pieces: [[UInt8]] { state.withLock { $0.pieces } }
  var bytes: [UInt8] { pieces.flatMap { $0 } }
  var end: String? { state.withLock { $0.end } }
  private var isHeldUp: Bool { state.withLock { $0.isHeldUp } }

  func holdUp(_ isHeldUp: Bool) { state.withLock { $0.isHeldUp = isHeldUp } }

  /// Reads everything, but nothing while it is held up. Answers how much it was, and how it ended.
  @LoopActor func read(_ request: Request) async -> Response {
    state.withLock { $0.pieces.append(request.body) }
    do {
      while let rest = request.rest {
        while isHeldUp, !Task.isCancelled { await EventLoop.main.sleep(for: .milliseconds(1)) }
        guard let piece = try await rest.next() else { break }
        state.withLock { $0.pieces.append(piece) }
      }
      state.withLock { $0.end = request.rest == nil ? "whole" : "end" }
    } catch {
      state.withLock { $0.end = "\(error)" }
    }
    return Response(body: Array("\(bytes.count) \(end ?? "")".utf8))
  }
}

extension TestServer {
  /// What is kept of the bodies that arrive, as far as a piece waits.
  @LoopActor var waitingBytes: Int {
    server.connections.values.reduce(0) { sum, connection in
      connection.stdin.map { $0.isFull ? sum + $0.size + connection.incoming.size : sum } ?? sum
    }
  }
}
