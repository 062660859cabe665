/// stdin: kept until it is complete, or handed on as it comes.
extension RecordScanner {
  /// What has come of a body; only where ``ServerConfiguration/bodyReading`` may want one as it arrives.
  package enum Body: Equatable {
    /// The parameters are complete, and the body is not: call ``gather()``, or ``stream(limit:)`` and take the request that
    /// the first ``accepted`` bytes are the beginning of.
    case begins
    /// There is more of it; see ``takePiece()``.
    case piece
    /// So there is, or not, and that was all.
    case ends
    /// It is longer than its limit; nothing more will come of it.
    case tooLarge
  }

  /// The body that has begun is wanted whole.
  package mutating func gather() {
    phase = .gathering
  }

  /// The body that has begun is wanted as it arrives, up to `limit` bytes of it: the request is in flight from here on.
  package mutating func stream(limit: Int) {
    phase = .streaming
    pieces = ([], limit)
  }

  /// What has come of the body since the last time, once.
  package mutating func takePiece() -> [UInt8] {
    defer { pieces.arrived = [] }
    return pieces.arrived
  }

  /// There is no memory for the request that arrives: of what has come of it nothing is kept, and once it is complete it
  /// is answered by an error. Returns false where there is no such request.
  mutating func refuseForMemory(_ bytes: inout [UInt8]) -> Bool {
    guard phase == .params || phase == .asking || phase == .gathering, refusal == nil else { return false }
    let begin = RecordHeader.length + 8
    if phase != .params {
      let end = parametersEnd - RecordHeader.length  // the empty PARAMS, which comes right behind BEGIN
      for offset in 0..<RecordHeader.length { bytes[begin + offset] = bytes[end + offset] }
      parametersEnd = begin + RecordHeader.length
    }
    _ = refuse(.outOfMemory, keeping: phase == .params ? begin : parametersEnd)
    if phase == .asking { gather() }
    forgetIgnored(&bytes)
    return true
  }

  /// The rest of the request is read and forgotten: a peer that still sends would not see an answer.
  mutating func refuse(_ reason: Refusal, keeping length: Int) -> Event? {
    refusal = reason
    records.cut(to: length)
    bodyLength = 0
    return nil
  }

  /// A record of a body that is kept.
  mutating func stdin(_ header: RecordHeader, _ bytes: inout [UInt8]) -> Event? {
    if header.contentLength == 0 {
      records.accept(header, at: position, &bytes)
      phase = .inFlight
      return .complete
    }
    guard refusal == nil else { return nil }
    guard bodyLength + header.contentLength <= limits.bodyLimit else {
      return phase == .asking ? .body(.begins) : refuse(.bodyTooLarge, keeping: parametersEnd)
    }
    bodyLength += header.contentLength
    records.accept(header, at: position, &bytes)
    return nil
  }

  /// A record of a body that is handed on.
  mutating func piece(_ content: Range<Int>, _ bytes: [UInt8]) -> Event? {
    guard !content.isEmpty else { return endOfBody(.body(.ends)) }
    bodyLength += content.count
    guard bodyLength <= pieces.limit else { return endOfBody(.body(.tooLarge)) }
    pieces.arrived += bytes[content]
    return nil
  }

  /// Nothing more is wanted of it.
  mutating func endOfBody(_ event: Event) -> Event {
    phase = .inFlight
    return event
  }
}
