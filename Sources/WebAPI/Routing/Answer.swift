/// A body with a status and header fields of its own: what a handler returns that has more to say than one body with one status.
///
/// ```swift
/// Operation(
///   .put, "/groups/{group_id}", "put_group", Inputs(id, group, session), returns: Answer<GroupOut>.self, status: 201,
///   also: [200: "The group was there"], headers: ["Location"]
/// ) { id, group, session in
///   …
///   return isNew ? Answer(group, headers: ["Location": "/groups/\(id)"]) : Answer(group, status: 200)
/// }
/// ```
///
/// The operation declares the statuses and the names of the fields, for the documentation. A field that cannot be sent,
/// because its value has a line break or another control character, makes the answer a 500 with a line in the log.
public struct Answer<Body: ResponseBody>: ResponseBody {
  private let body: Body?
  private let status: Int?
  private let headers: [(name: String, value: String)]

  init(_ body: Body?, _ status: Int?, _ headers: some Sequence<(key: String, value: String?)>) {
    (self.body, self.status) = (body, status)
    self.headers = headers.compactMap { name, value in value.map { (name, $0) } }
  }

  /// A body, with the operation's own status or another one, and with header fields; one whose value is nil is none. A field
  /// replaces one of the same name that the body brings, such as Content-Type.
  public init(_ body: Body, status: Int? = nil, headers: KeyValuePairs<String, String?> = [:]) {
    self.init(body, status, headers)
  }

  /// No body: 204, 304, or a redirect.
  public static func empty(_ status: Int, headers: KeyValuePairs<String, String?> = [:]) -> Answer {
    Answer(nil, status, headers)
  }

  /// The answer, with `status` where it has none of its own.
  public func response(status: Int) async throws -> Response {
    for (name, value) in headers {
      if let unsendable = UnsendableField(name, value) { throw unsendable }
    }
    let status = self.status ?? status
    var response = try await body?.response(status: status) ?? Response(status: status)
    let names = Set(headers.map { $0.name.lowercased() })
    response.headers.removeAll { names.contains($0.name.lowercased()) }
    response.headers += headers
    return response
  }

  /// The body's.
  public static func document(title: String) -> JSONValue? { Body.document(title: title) }

  /// The body's schemas.
  public static var schemas: [SchemaDocument] { Body.schemas }
}
