internal import EventLoop

/// Which connections end when there is no place for another one, so that whoever holds many and asks for nothing takes
/// places from nobody.
///
/// Never one whose request is under way. A web server sends a request at once and reads the answer as it comes: as long
/// as there are places it has ``ServerConfiguration/partialRequestTimeout`` and
/// ``ServerConfiguration/unreadResponseTimeout`` for it, afterwards ``restTime``. Pure: what connections wait for comes
/// in, whose turn it is goes out.
struct Places {
  /// What a connection waits for of its peer. Who waits for what comes first here ends first.
  enum Waiting: Int {
    case firstRequest, request
    /// Of a request that has begun, or for its answer to be read.
    case rest
  }

  /// What it waits for, and since when.
  struct Standing: Equatable {
    let waiting: Waiting
    let since: MonotonicTime
  }

  /// A web server that has just connected has not sent its request yet.
  static let beginTime = Duration.milliseconds(100)
  /// How long what has begun may take.
  static let restTime = Duration.seconds(2)

  /// Whose turn it is, the last one first: all of the kind that came first when it was last looked, so that many
  /// newcomers do not mean many looks.
  private var queue: [(descriptor: Int32, standing: Standing)] = []

  /// Whose turn it is to end; nil where nobody's is. `standing` says what a connection waits for, nil if it must not
  /// end.
  mutating func next(
    at now: MonotonicTime, among descriptors: some Sequence<Int32>, _ standing: (Int32) -> Standing?
  ) -> Int32? {
    if let next = next(standing) { return next }
    look(at: now, descriptors, standing)
    return next(standing)
  }

  /// Of those that were found to be due, and still wait for the same.
  private mutating func next(_ standing: (Int32) -> Standing?) -> Int32? {
    while let candidate = queue.popLast() {
      if standing(candidate.descriptor) == candidate.standing { return candidate.descriptor }
    }
    return nil
  }

  private mutating func look(
    at now: MonotonicTime, _ descriptors: some Sequence<Int32>, _ standing: (Int32) -> Standing?
  ) {
    for descriptor in descriptors {
      guard let standing = standing(descriptor), Self.isDue(standing, at: now) else { continue }
      if let first = queue.first?.standing.waiting.rawValue {
        if standing.waiting.rawValue > first { continue }
        if standing.waiting.rawValue < first { queue = [] }
      }
      queue.append((descriptor, standing))
    }
    queue.sort { $0.standing.since > $1.standing.since }
  }

  private static func isDue(_ standing: Standing, at now: MonotonicTime) -> Bool {
    now - standing.since >= (standing.waiting == .rest ? restTime : beginTime)
  }
}

extension Places {
  /// Since when a connection waits for what its peer owes.
  struct Clock {
    private(set) var since: MonotonicTime
    /// Whether the latest request was aborted before it was complete.
    private var wasAbandoned = false

    init(_ opening: MonotonicTime) {
      since = opening
    }

    /// The peer owes something else from now on, or has taken a part of an answer.
    mutating func restarts(at now: MonotonicTime) { since = now }

    /// A request begins to arrive; behind one that was abandoned it has no time of its own.
    mutating func begins(at now: MonotonicTime) {
      if !wasAbandoned { since = now }
    }

    mutating func abandoned() { wasAbandoned = true }

    mutating func completed() { wasAbandoned = false }
  }
}
