/// What a web server does with a connection that it keeps and that this side wants to end.
enum WebServer {
  /// nginx: ends it at once when it is asked to (``Answer/goodbye(_:)``).
  case endsWhenAsked
  /// Apache with `enablereuse=on`, HAProxy: what arrives between two requests stays unread, and hides from them that the
  /// connection has ended, for which they look before they use it again. So it is ended from this side, when it has been quiet:
  /// right behind an answer this process may have to wait for the processor, which the next request needs no longer to come.
  case looksForTheEnd

  /// By SERVER_SOFTWARE (RFC 3875, section 4.1.17), which nginx/roster/fastcgi.conf leaves out, and all others send.
  init(_ request: Request) {
    let isNginx = request.withParameter("SERVER_SOFTWARE") { $0.starts(with: "nginx".utf8) } ?? true
    self = isNginx ? .endsWhenAsked : .looksForTheEnd
  }
}
