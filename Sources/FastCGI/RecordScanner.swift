/// Judges the records of one connection, so that libfcgi sees clean requests only: BEGIN, PARAMS…, empty PARAMS,
/// STDIN…, empty STDIN of one id, and nothing before the last of them has arrived.
///
/// Accepted records are moved to the front of the connection's buffer, which so holds little more than their content; what is
/// answered here, ignored or refused leaves it as it comes. Pure: bytes in, events out.
package struct RecordScanner {
  /// What the connection has to do.
  package enum Event: Equatable {
    /// Wait for more bytes.
    case needsMore
    /// The first ``accepted`` bytes are a request; take it, then call ``discardAccepted(_:)``.
    case complete
    /// The request under way ended without being executed.
    case ended
    /// The request in flight was aborted: its END_REQUEST is due, its response is not.
    case aborted
    /// A next request has arrived, which waits until ``requestEnded()``.
    case held
    /// Something has come of a body that may be wanted as it arrives.
    case body(Body)
    /// The stream makes no sense any more; the connection must end.
    case violation(Violation)
  }

  enum Phase {
    case idle, params
    /// stdin arrives: nobody has said yet how it is wanted; it is kept until it is complete; or it is handed on as it comes.
    case asking, gathering, streaming
    case inFlight
  }

  let limits: ServerConfiguration
  /// Bytes at the front of the buffer that libfcgi may see.
  package var accepted: Int { records.length }
  /// What to send to the peer at once.
  private(set) var answers: [UInt8] = []
  /// The id of the latest request; 0 before the first.
  private(set) var id = 0
  /// FCGI_KEEP_CONN of the latest request.
  private(set) var keepsConnection = true
  /// Bytes of stdin among the accepted ones.
  package internal(set) var bodyLength = 0
  /// Why the request must be answered by an error; it was cut short then.
  var refusal: Refusal?

  var phase = Phase.idle
  /// The first byte of the buffer that was not looked at.
  var position = 0
  /// Bytes still to come of a record that nobody wants.
  private var unwanted = 0
  var records = AcceptedRecords()
  private var pairs = NameValueScanner()
  private var parameterBytes = 0
  /// Accepted bytes up to the end of PARAMS.
  package internal(set) var parametersEnd = 0
  /// What has come of a body that is handed on, and nobody has taken yet; and how long that body may be.
  var pieces = (arrived: [UInt8](), limit: 0)

  package init(limits: ServerConfiguration) {
    self.limits = limits
  }

  /// Whether a request, or a record that nobody wants, has begun and not yet arrived completely.
  var isReceiving: Bool { phase == .params || phase == .asking || phase == .gathering || unwanted > 0 }

  /// Looks at the records that have arrived until one of them calls for action. Later calls get the same buffer, with
  /// new bytes at its end.
  package mutating func scan(_ bytes: inout [UInt8]) -> Event {
    if unwanted > 0 { skip(unwanted, bytes) }
    while let header = RecordHeader(bytes, at: position) {
      guard header.version == 1 else { return .violation(.version) }
      guard bytes.count - position >= header.recordLength else {
        if isUnwanted(header) { skip(header.recordLength, bytes) }
        break
      }
      let event = judge(header, &bytes)
      if event == .held || event == .body(.begins) { break }
      position += header.recordLength
      if let event { return event }
    }
    let event = standing(bytes)
    forgetIgnored(&bytes)
    return event
  }

  /// What is to be done when all has been looked at that can be.
  private func standing(_ bytes: [UInt8]) -> Event {
    switch phase {
    case .asking: .body(.begins)
    case .streaming where !pieces.arrived.isEmpty: .body(.piece)
    case .inFlight where RecordHeader(bytes, at: position).map(isNext) == true: .held
    default: .needsMore
    }
  }

  /// Removes the request that was taken after ``Event/complete``; the bytes behind it stay.
  package mutating func discardAccepted(_ bytes: inout [UInt8]) {
    records.removeAll()
    forgetIgnored(&bytes)
  }

  /// The request in flight was answered. What is still to come of its body is of no active request, and ignored.
  package mutating func requestEnded() {
    phase = .idle
    pieces.arrived = []
  }

  /// The answers due, once.
  package mutating func takeAnswers() -> [UInt8] {
    defer { answers = [] }
    return answers
  }

  mutating func forgetIgnored(_ bytes: inout [UInt8]) {
    guard accepted < position else { return }
    bytes.removeSubrange(accepted..<position)
    position = accepted
  }

  private func isNext(_ header: RecordHeader) -> Bool {
    header.type == RecordType.beginRequest && header.id == id
  }

  /// Passes over `length` bytes, as far as they have arrived.
  private mutating func skip(_ length: Int, _ bytes: [UInt8]) {
    let arrived = min(length, bytes.count - position)
    position += arrived
    unwanted = length - arrived
  }

  /// Whether `judge` will forget this record, so that there is no need to have it whole.
  private func isUnwanted(_ header: RecordHeader) -> Bool {
    guard header.id != 0, header.type != RecordType.beginRequest else { return false }
    guard phase != .idle, header.id == id else { return true }
    guard header.type != RecordType.abortRequest else { return false }
    let stream = phase == .params ? RecordType.params : RecordType.stdin
    return phase == .inFlight || (refusal != nil && header.type == stream && header.contentLength > 0)
  }
}

// MARK: One record

extension RecordScanner {
  private mutating func judge(_ header: RecordHeader, _ bytes: inout [UInt8]) -> Event? {
    let content = position + RecordHeader.length..<position + RecordHeader.length + header.contentLength
    if header.type == RecordType.beginRequest { return begin(header, content, &bytes) }
    if header.id == 0 { return manage(header, content, bytes) }
    guard phase != .idle, header.id == id else { return nil }  // section 3.3: ids that are not active are ignored
    switch (phase, header.type) {
    case (.inFlight, RecordType.abortRequest): return .aborted
    case (.inFlight, _): return nil
    case (.streaming, RecordType.abortRequest): return endOfBody(.aborted)
    case (.streaming, RecordType.stdin): return piece(content, bytes)
    case (_, RecordType.abortRequest): return end(.requestComplete)
    case (.params, RecordType.params): return params(header, content, &bytes)
    case (.asking, RecordType.stdin), (.gathering, RecordType.stdin): return stdin(header, &bytes)
    default: return .violation(.order)
    }
  }

  private mutating func begin(_ header: RecordHeader, _ content: Range<Int>, _ bytes: inout [UInt8]) -> Event? {
    guard header.id != 0, header.contentLength == 8 else { return .violation(.begin) }
    if phase == .inFlight, header.id == id { return .held }
    guard phase == .idle else {
      guard header.id != id else { return .violation(.order) }
      answers += Answer.endRequest(header.id, .cannotMultiplex)
      return nil
    }
    let role = Int(bytes[content.lowerBound]) << 8 | Int(bytes[content.lowerBound + 1])
    start(header.id, keepsConnection: bytes[content.lowerBound + 2] & 1 != 0)
    guard role == 1 else { return end(.unknownRole) }
    records.accept(header, at: position, &bytes)
    return nil
  }

  private mutating func start(_ id: Int, keepsConnection: Bool) {
    self.id = id
    records.begin()
    self.keepsConnection = keepsConnection
    phase = .params
    pairs = NameValueScanner()
    parameterBytes = 0
    bodyLength = 0
    refusal = nil
  }

  private mutating func end(_ status: ProtocolStatus) -> Event {
    answers += Answer.endRequest(id, status)
    phase = .idle
    records.removeAll()
    return .ended
  }

  private mutating func params(_ header: RecordHeader, _ content: Range<Int>, _ bytes: inout [UInt8]) -> Event? {
    guard !content.isEmpty else { return endOfParams(header, &bytes) }
    parameterBytes += content.count
    guard refusal == nil else { return nil }
    guard pairs.feed(bytes, content) else { return .violation(.parameters) }
    guard parameterBytes <= limits.parametersLimit, pairs.count <= limits.parameterCountLimit else {
      return refuse(.parametersTooLarge, keeping: RecordHeader.length + 8)
    }
    records.accept(header, at: position, &bytes)
    return nil
  }

  private mutating func endOfParams(_ header: RecordHeader, _ bytes: inout [UInt8]) -> Event? {
    guard refusal != nil || pairs.isAtBoundary else { return .violation(.parameters) }
    records.accept(header, at: position, &bytes)
    parametersEnd = accepted
    phase = limits.bodyReading == nil || refusal != nil ? .gathering : .asking
    return nil
  }

  private mutating func manage(_ header: RecordHeader, _ content: Range<Int>, _ bytes: [UInt8]) -> Event? {
    guard header.type == RecordType.getValues else {
      answers += Answer.unknownType(header.type)
      return nil
    }
    guard let names = names(bytes, content) else { return .violation(.parameters) }
    answers += Answer.values(askedFor: names, connections: limits.connections)
    return nil
  }
}
