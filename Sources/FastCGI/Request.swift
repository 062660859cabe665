internal import CFastCGI
public import EventLoop
internal import Glibc

/// One request of the role responder, complete and checked: from a FastCGI connection, or a CGI process's own.
@LoopActor public final class Request {
  /// The bytes of stdin, at most ``ServerConfiguration/bodyLimit``.
  public let body: [UInt8]

  /// The id that the web server gave it on its connection; 0 in CGI.
  package let id: Int
  /// "NAME=value" strings, ended by a null pointer: libfcgi's, which live as long as this object, or the process's.
  private nonisolated(unsafe) let environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  // Unsafe because libfcgi's streams point back to their request, which therefore needs an address of its own.
  private nonisolated(unsafe) let library: UnsafeMutablePointer<FCGX_Request>?

  /// Lets libfcgi parse `stream`, which holds exactly one request that `RecordScanner` has accepted.
  package init?(stream: UnsafeRawBufferPointer, bodyLength: Int) {
    guard MemoryStream.isReady else { return nil }
    MemoryStream.input = stream
    defer { MemoryStream.input = UnsafeRawBufferPointer(start: nil, count: 0) }
    let library = UnsafeMutablePointer<FCGX_Request>.allocate(capacity: 1)
    guard let environment = Request.accept(library) else {
      FCGX_Free(library, 0)
      library.deallocate()
      return nil
    }
    self.library = library
    id = Int(library.pointee.requestId)
    self.environment = environment
    body = Request.read(library.pointee.in, bodyLength)
  }

  /// A CGI request: the process's environment and what was read from its standard input.
  init(environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, body: [UInt8]) {
    self.environment = environment
    self.body = body
    library = nil
    id = 0
  }

  deinit {
    guard let library else { return }
    FCGX_Free(library, 0)
    library.deallocate()
  }

  /// The value of a parameter (RFC 3875, section 4.1; `HTTP_…` for header fields), the first one of its name. Nil where
  /// it is absent or empty: web servers differ in which of the two they send. Bytes that are no UTF-8 become U+FFFD.
  public func parameter(_ name: StaticString) -> String? {
    guard let value = value(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The value of a parameter that is a header field's, one character per byte (ISO 8859-1), as Python's servers read it.
  public func field(_ name: StaticString) -> String? {
    guard let value = value(name), value.pointee != 0 else { return nil }
    let bytes = UnsafeRawBufferPointer(start: value, count: strlen(value))
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  /// Every parameter in the order in which the web server sent them, empty ones included.
  public var parameters: [(name: String, value: String)] {
    var all: [(name: String, value: String)] = []
    var next = environment
    while let entry = next.pointee {
      let text = String(cString: entry)
      // By bytes: a combining mark at the start of the value makes one character with the sign.
      if let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
        all.append((String(text[..<sign]), String(text[text.utf8.index(after: sign)...])))
      }
      next += 1
    }
    return all
  }

  /// Whether the answer must not have a body (RFC 9110, section 9.3.2).
  package var isHead: Bool {
    guard let method = value("REQUEST_METHOD") else { return false }
    return strcmp(method, "HEAD") == 0
  }

  /// Whether stdin had as many bytes as CONTENT_LENGTH announced, if it did (RFC 3875, section 4.1.2).
  var isBodyComplete: Bool {
    guard let text = parameter("CONTENT_LENGTH") else { return true }
    return text.utf8.allSatisfy { (48...57).contains($0) } && Int(text) == body.count
  }

  private func value(_ name: StaticString) -> UnsafeMutablePointer<CChar>? {
    guard name.hasPointerRepresentation else { return nil }
    // A string literal ends with a NUL and has no other address than this one.
    return UnsafeRawPointer(name.utf8Start).withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) {
      FCGX_GetParam($0, environment)
    }
  }
}

// MARK: libfcgi

extension Request {
  /// FCGX_Accept_r over memory; nothing where libfcgi refuses the stream.
  private static func accept(_ library: UnsafeMutablePointer<FCGX_Request>) -> FCGX_ParamArray? {
    FCGX_InitRequest(library, -1, 0)
    library.pointee.ipcFd = MemoryStream.descriptor
    library.pointee.keepConnection = 1  // else the next call closes the descriptor first
    library.pointee.detached = 1  // else closing lingers for two seconds
    guard FCGX_Accept_r(library) == 0 else { return nil }
    return library.pointee.envp
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
