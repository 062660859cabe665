internal import CFastCGI
package import EventLoop
internal import Glibc

/// One request of the role responder, checked: from a FastCGI connection, or a CGI process's own.
public final class Request: Sendable {
  /// The bytes of stdin, at most ``ServerConfiguration/bodyLimit``; or the first of them.
  public let body: [UInt8]
  /// What follows them; nil where that is all, as ever where ``ServerConfiguration/bodyReading`` does not say otherwise.
  public let rest: Stdin?

  /// The id that the web server gave it on its connection; 0 in CGI.
  package let id: Int
  /// Whether the answer must not have a body (RFC 9110, section 9.3.2).
  package let isHead: Bool
  /// What CONTENT_LENGTH announces, if it is a number.
  package let contentLength: Int?
  private let list: ParameterList

  /// Lets libfcgi parse `stream`, which holds exactly one request that `RecordScanner` has accepted; its PARAMS end at
  /// `parametersEnd`. What libfcgi made of it is copied and given back at once: its three buffers of 8 KiB then serve every
  /// request, however many wait. It does not see the parameters, of which it would make a block of memory each.
  @LoopActor package init?(
    stream: UnsafeRawBufferPointer, parametersEnd: Int, bodyLength: Int, rest: Stdin? = nil
  ) {
    let start = RecordHeader.length + 8  // the end of BEGIN_REQUEST
    let end = parametersEnd - RecordHeader.length  // where the empty PARAMS begins
    guard MemoryStream.isReady, start <= end, end <= stream.count else { return nil }
    MemoryStream.input = UnsafeRawBufferPointer(rebasing: stream[..<start])
    MemoryStream.rest = UnsafeRawBufferPointer(rebasing: stream[end...])
    let library = MemoryStream.request
    defer {
      FCGX_Free(library, 0)
      MemoryStream.input = UnsafeRawBufferPointer(start: nil, count: 0)
      MemoryStream.rest = MemoryStream.input
    }
    guard Request.accept(library) else { return nil }
    id = Int(library.pointee.requestId)
    list = ParameterList(records: UnsafeRawBufferPointer(rebasing: stream[start..<end]))
    (isHead, contentLength) = (list.isHead, list.contentLength)
    body = Request.read(library.pointee.in, bodyLength)
    self.rest = rest
  }

  /// A CGI request: the process's environment and what was read from its standard input. Or one of which only the parameters
  /// have come.
  init(environment: ParameterList, body: [UInt8] = []) {
    list = environment
    (isHead, contentLength) = (list.isHead, list.contentLength)
    self.body = body
    rest = nil
    id = 0
  }

  /// The value of a parameter (RFC 3875, section 4.1; `HTTP_…` for header fields), the last one of its name. Nil where
  /// it is absent or empty: web servers differ in which of the two they send. Bytes that are no UTF-8 become U+FFFD.
  public func parameter(_ name: StaticString) -> String? {
    list.withValue(name) { String(decoding: $0, as: UTF8.self) }
  }

  /// The value of a parameter that is a header field's, one character per byte (ISO 8859-1), as Python's servers read it.
  public func field(_ name: StaticString) -> String? {
    list.withValue(name) { Self.text($0) }
  }

  /// The same for a name that is known only when the program runs.
  public func field(named name: String) -> String? {
    list.value(name).map { $0.withUnsafeBufferPointer { Self.text($0) } }
  }

  private static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  /// Gives `body` the bytes of a parameter for the time of the call, as ``parameter(_:)`` finds it.
  public func withParameter<Result>(
    _ name: StaticString, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    list.withValue(name, body)
  }

  /// Gives `body` the bytes of REQUEST_METHOD, REQUEST_URI, SCRIPT_NAME, PATH_INFO and CONTENT_TYPE for the time of the call, each
  /// as ``parameter(_:)`` finds it; no parameter is looked for again.
  public func withTarget<Result>(
    _ body: (_ method: Value?, _ uri: Value?, _ scriptName: Value?, _ path: Value?, _ type: Value?) -> Result
  ) -> Result {
    list.withTarget(body)
  }

  /// A parameter's bytes.
  public typealias Value = UnsafeBufferPointer<UInt8>

  /// Every parameter in the order in which the web server sent them, empty ones included.
  public var parameters: [(name: String, value: String)] {
    var all: [(name: String, value: String)] = []
    list.forEach { all.append((String(decoding: $0, as: UTF8.self), String(decoding: $1, as: UTF8.self))) }
    return all
  }

  /// What it keeps in memory until it is answered. Of a body that is read as it arrives this is taken beforehand, so that
  /// it does not end in the middle for the lack of memory.
  var cost: Int {
    MemoryAccount.cost(parameters: list.count, body: rest == nil ? body.count : MemoryAccount.piece)
  }

  /// Whether a body of `length` bytes is as long as CONTENT_LENGTH announced, if it did. Else it has ended with its stream.
  func isComplete(_ length: Int) -> Bool { contentLength.map { $0 == length } ?? true }
}

// MARK: libfcgi

extension Request {
  /// FCGX_Accept_r over memory; false where libfcgi refuses the stream.
  private static func accept(_ library: UnsafeMutablePointer<FCGX_Request>) -> Bool {
    FCGX_InitRequest(library, -1, 0)
    library.pointee.ipcFd = MemoryStream.descriptor
    library.pointee.keepConnection = 1  // else the next call closes the descriptor first
    library.pointee.detached = 1  // else closing lingers for two seconds
    return FCGX_Accept_r(library) == 0
  }

  private static func read(_ stdin: UnsafeMutablePointer<FCGX_Stream>?, _ length: Int) -> [UInt8] {
    guard length > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      // The length was counted by the scanner, and FCGX_GetStr writes no more than it is told.
      buffer.withMemoryRebound(to: CChar.self) {
        count = Int(max(0, FCGX_GetStr($0.baseAddress, Int32(clamping: length), stdin)))
      }
    }
  }
}
