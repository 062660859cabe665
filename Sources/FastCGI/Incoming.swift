internal import EventLoop
internal import Glibc

/// What a web server has sent on one connection and nobody has taken yet: of a request that is not complete, or of one that
/// waits for the end of another.
@LoopActor struct Incoming {
  /// What became of an attempt to receive.
  enum Reception {
    /// Bytes have come; there may be more where they filled the room for them.
    case bytes(mayHaveMore: Bool)
    case nothing
    case ended
  }

  /// The memory that an idle connection may keep: enough for requests without a body.
  private static let kept = 2048
  /// Where all connections receive; one of their own holds only what could not be used at once.
  private static let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64 << 10)

  private(set) var scanner: RecordScanner
  /// A next request has arrived while one is in flight; there is nothing to receive until that is answered.
  private(set) var isHeld = false
  private var bytes: [UInt8] = []

  init(limits: ServerConfiguration) {
    scanner = RecordScanner(limits: limits)
  }

  var isEmpty: Bool { bytes.isEmpty }
  /// Bytes of memory.
  var size: Int { bytes.capacity }

  mutating func receive(_ descriptor: Int32) -> Reception {
    let count = recv(descriptor, Self.scratch.baseAddress, Self.scratch.count, 0)
    guard count > 0 else { return count < 0 && isTemporary(errno) ? .nothing : .ended }
    bytes.append(contentsOf: Self.scratch[..<count])
    return .bytes(mayHaveMore: count == Self.scratch.count)
  }

  /// Reads and forgets. Returns whether the peer has ended.
  static func discard(_ descriptor: Int32) -> Bool {
    let count = recv(descriptor, scratch.baseAddress, scratch.count, 0)
    return count == 0 || (count < 0 && !isTemporary(errno))
  }

  /// The next event among the records that have arrived, and what to send to the peer before it is acted upon.
  mutating func scan() -> (RecordScanner.Event, answers: [UInt8]) {
    let event = scanner.scan(&bytes)
    isHeld = event == .held
    return (event, scanner.takeAnswers())
  }

  /// The request that `scan` has found to be complete, or to begin, with a body that goes on in `rest`; nil where libfcgi
  /// refuses it.
  mutating func takeRequest(rest: Stdin? = nil) -> Request? {
    let request = bytes.withUnsafeBytes {
      Request(
        stream: UnsafeRawBufferPointer(rebasing: $0[..<scanner.accepted]), parametersEnd: scanner.parametersEnd,
        bodyLength: scanner.bodyLength, rest: rest)
    }
    scanner.discardAccepted(&bytes)
    return request
  }

  /// The request whose body has begun, without that.
  func head() -> Request {
    bytes.withUnsafeBytes {
      let records = $0[..<scanner.parametersEnd].dropFirst(RecordHeader.length + 8)
      return Request(environment: ParameterList(records: UnsafeRawBufferPointer(rebasing: records)))
    }
  }

  /// The body that has begun is wanted whole.
  mutating func gather() {
    scanner.gather()
  }

  /// The body that has begun is wanted as it arrives.
  mutating func stream(limit: Int) {
    scanner.stream(limit: limit)
  }

  /// What has come of it.
  mutating func takePiece() -> [UInt8] {
    scanner.takePiece()
  }

  mutating func requestEnded() {
    scanner.requestEnded()
  }

  /// Where there is little to keep, no more memory than that is kept.
  mutating func trim() {
    guard bytes.count <= Self.kept, bytes.capacity > Self.kept else { return }
    bytes = bytes.withUnsafeBufferPointer { Array($0) }
  }

  /// Forgets the request that arrives, which is refused once it is complete; false where there is none.
  mutating func refuseForMemory() -> Bool {
    scanner.refuseForMemory(&bytes)
  }

  /// Nothing will be read any more.
  mutating func forget() {
    bytes = []
  }
}

/// Whether a system call on a non-blocking socket may succeed later.
func isTemporary(_ error: Int32) -> Bool {
  error == EAGAIN || error == EINTR
}
