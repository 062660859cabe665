/// The body as bytes, read while they arrive: for what is too long to be in memory as a whole.
///
/// ```swift
/// Operation(.put, "/pictures/{name}", "put_picture", Inputs(Path<String>("name"), BodyStream("image/png", limit: 1 << 30)),
///   returns: NoContent.self, status: 204
/// ) { name, body in
///   for try await bytes in body { … }
///   return NoContent()
/// }
/// ```
///
/// The client sends on when the handler reads on; what the handler leaves unread when it answers is forgotten. Content-Type is
/// not compared. What keeps a body from being read to its end, the handler's loop throws as what answers it: 413 beyond the
/// limit, 400 where it is shorter than announced, 408 where nothing comes any more. So nothing should be final before the end.
public struct BodyStream: Input {
  private let mediaType: String
  private let limit: Int?

  /// A body of so many bytes at most; nil: as many as any body may have. `mediaType` is for the documentation.
  public init(_ mediaType: String = "application/octet-stream", limit: Int? = nil) {
    (self.mediaType, self.limit) = (mediaType, limit)
  }

  /// Last.
  public var order: InputOrder { .body }

  /// Any bytes.
  public func check(_ call: Call, _ validation: inout Validation) -> BodyPieces? {
    BodyPieces(beginning: call.request.body, rest: call.request.rest)
  }

  /// Throws the answer to a body that has come as a whole, and is too long.
  public func value(_ checked: BodyPieces) throws -> BodyPieces {
    if let limit, checked.beginning.count > limit { throw HTTPError(413, "Content Too Large") }
    return checked
  }

  /// The request body, binary.
  public func describe(_ operation: inout OperationDocument) {
    operation.setBody(piecesOf: mediaType, limit: limit)
  }
}

/// The bytes of a body in pieces of any length, none of them empty. To be read once.
public struct BodyPieces: AsyncSequence, Sendable {
  let beginning: [UInt8]
  let rest: Request.Rest?

  /// Begins to read.
  public func makeAsyncIterator() -> Iterator { Iterator(beginning: beginning, rest: rest) }

  /// Where in the body its reader is.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var beginning: [UInt8]
    fileprivate let rest: Request.Rest?

    /// The next bytes; nil behind the last. Where its caller runs: there is no thread to wait for.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
      guard beginning.isEmpty else { return beginning.takeAll() }
      return try await rest?()
    }
  }
}

extension [UInt8] {
  fileprivate mutating func takeAll() -> [UInt8] {
    defer { self = [] }
    return self
  }
}

/// How an operation wants the body of a request.
public enum BodyReading: Hashable, Sendable {
  /// With the request, if it wants one.
  case whole
  /// As it arrives, up to so many bytes; nil: as many as any body may have.
  case pieces(limit: Int?)
}
