internal import WebAPI

/// What kind of request it was, in words of which there are only so many, whatever clients ask for.
struct RequestKind: Hashable {
  /// As HTTP knows them; any other is `_OTHER`.
  let method: String
  /// The operation's path as it is declared, or `unmatched`.
  let route: String
  let status: Int

  init(_ method: String, _ operation: Operation?, _ status: Int) {
    self.method = Self.method(method)
    (route, self.status) = (operation?.path ?? Self.unmatched, status)
  }

  static let unmatched = "unmatched"

  static func method(_ method: String) -> String { methods.contains(method) ? method : "_OTHER" }

  /// Those of RFC 9110 and RFC 5789.
  private static let methods: Set<String> = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE",
  ]
}
