internal import FastCGI

/// The parameters in which a web server hands on those fields of a request's header that an API reads.
public struct HeaderParameters {
  /// The fields, but for those that nginx/roster/fastcgi.conf hands on anyway.
  public let fields: [String]

  /// Host, Authorization, what describes a body, and the trace that a request belongs to.
  private static let usual = [
    "HTTP_HOST", "HTTP_AUTHORIZATION", "HTTP_TRACEPARENT", "CONTENT_TYPE", "CONTENT_LENGTH",
  ]
  /// The parameter that says which ones are handed on.
  private static let marker: StaticString = "HEADER_PARAMETERS"

  /// Those of fields that operations read.
  public init(of fields: [String]) {
    self.fields = fields.filter { !Self.usual.contains(Self.name(of: $0)) }
  }

  /// The parameter that a field becomes (RFC 3875, section 4.1.18).
  static func name(of field: String) -> String {
    let name = String(decoding: field.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
      .uppercased()
    return ["CONTENT_TYPE", "CONTENT_LENGTH"].contains(name) ? name : "HTTP_" + name
  }

  /// The list for nginx.
  public var nginx: String {
    let names = fields.map(Self.name)
    let lines = names.map { name in
      "fastcgi_param \(name) $\(name.lowercased()) if_not_empty;"
    }
    return (lines + ["fastcgi_param \(Self.marker) \"\(names.joined(separator: " "))\";"]).joined(separator: "\n")
  }

  /// The fields that the web server which has sent `request` does not hand on. That which sends no SERVER_SOFTWARE is
  /// nginx with nginx/roster/fastcgi.conf, which hands on no field but those that a list names; every other hands on all.
  func missing(in request: Request) -> [String] {
    if request.parameter("SERVER_SOFTWARE") != nil { return [] }
    let named = (request.parameter(Self.marker) ?? "").split(separator: " ")
    return fields.filter { !named.contains(Self.name(of: $0)[...]) }
  }
}
