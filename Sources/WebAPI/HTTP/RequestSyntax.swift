/// What web servers pass on although uvicorn's parser, llhttp, takes it for no HTTP: an unknown method, bytes beyond
/// ASCII in the target, control characters in a header field (RFC 9110, section 5.5, lets a server refuse them).
extension Request {
  var isHTTP: Bool {
    targetIsASCII && contentType?.utf8.contains(where: \.isForbiddenInField) != true
      && (method == "GET" || Method(rawValue: method) != nil || Self.otherMethods.contains(method))
  }

  /// The methods that llhttp knows and no operation has.
  private static let otherMethods: Set = [
    "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY",
    // WebDAV and its extensions
    "ACL", "BIND", "CHECKOUT", "COPY", "LINK", "LOCK", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MOVE",
    "PROPFIND", "PROPPATCH", "REBIND", "REPORT", "SEARCH", "UNBIND", "UNLINK", "UNLOCK",
    // UPnP, caches, Icecast
    "M-SEARCH", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE", "PURGE", "SOURCE",
  ]
}

extension Response {
  /// uvicorn's answer to what is no HTTP.
  static let noHTTP = Response(
    status: 400, headers: [("Content-Type", "text/plain; charset=utf-8")],
    body: Array("Invalid HTTP request received.".utf8))
}
