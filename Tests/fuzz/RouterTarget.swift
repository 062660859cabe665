import EventLoop
import Users

@testable import FastCGI
@testable import WebAPI

/// The first byte says the method; then comes the target up to a NUL, and the body.
///
/// Of the routes that fit, the one with the earlier literal is taken, and no other; the API's answer to anything is one
/// that can be sent.
@LoopActor func checkRouter(_ input: [UInt8]) {
  guard let control = input.first else { return }
  let parts = input.dropFirst().split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
  let request = WebAPI.Request(
    method: methods[Int(control) % methods.count], target: String(decoding: parts[0], as: UTF8.self),
    contentType: control & 16 == 0 ? "application/json" : "text/plain", host: "users.example",
    body: parts.count > 1 ? Array(parts[1]) : [])
  checkDecoding(request.path)
  for item in QueryString(request.query).items { checkInteger(item.value) }
  checkMatch(request)
  checkAnswer(request)
}

private let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]

// MARK: Decoding

private func checkDecoding(_ text: String) {
  let encoded = PercentEncoding.encode(text, safe: "/")
  require(encoded.utf8.allSatisfy { $0 < 0x80 }, "\(encoded) is not encoded")
  let decoded = PercentEncoding.decode(encoded)
  require(decoded.utf8.elementsEqual(text.utf8), "\(text) is decoded as \(decoded) after it was encoded")
}

/// An integer's own spelling means the integer, and what is none has one error.
private func checkInteger(_ text: String) {
  var validation = Validation()
  guard let integer = Int64.parse(text, Int64.unconstrained, &validation) else {
    return require(validation.errors.count == 1, "\(text) has \(validation.errors.count) errors")
  }
  require(validation.errors.isEmpty, "\(text) is an integer and an error")
  require(Int64.parse("\(integer)", Int64.unconstrained, &validation) == integer, "\(integer) is not read as itself")
}

// MARK: Matching

private let templates = [
  "/", "/users", "/users/", "/users/{a}", "/users/{a}/", "/users/me", "/{a}/me", "/{a}/{b}/me", "/users/{a}/{b}",
  "/users//x", "/{a}", "/a/b/c/d", "/a/{b}/c/{d}", "/a/{b}/{c}/d", "/a/b/{c}/{d}",
]

private let routes = templates.map { template in
  Operation(.get, template, "name", Inputs(), returns: NoContent.self) { NoContent() }
}

private let router = Router(routes)

private func checkMatch(_ request: WebAPI.Request) {
  // A newline at the end does not count; see Router.match.
  guard request.path.utf8.last != UInt8(ascii: "\n") else { return }
  let expected = routes.filter { fits($0.template, request.path) }.min { comes($0.template, before: $1.template) }
  switch router.match("GET", request.path) {
  case .operation(let operation, let values):
    require(operation.path == expected?.path, "\(operation.path), not \(String(describing: expected))")
    require(values.count == operation.template.parameters.count, "\(values.count) values")
  default: require(expected == nil, "nothing, not \(String(describing: expected?.path))")
  }
}

private func segments(_ path: String) -> [Substring.UTF8View] {
  path.utf8.first == UInt8(ascii: "/")
    ? path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) : []
}

private func fits(_ template: PathTemplate, _ path: String) -> Bool {
  let segments = segments(path)
  return segments.count == template.segments.count
    && zip(template.segments, segments).allSatisfy { part, segment in
      switch part {
      case .literal(let text): segment.elementsEqual(text.utf8)
      case .parameter: !segment.isEmpty
      }
    }
}

/// A literal comes before a parameter, and an earlier segment decides before a later one.
private func comes(_ left: PathTemplate, before right: PathTemplate) -> Bool {
  func order(_ template: PathTemplate) -> [Int] { template.segments.map { $0 == .parameter ? 1 : 0 } }
  return order(left).lexicographicallyPrecedes(order(right))
}

// MARK: Answering

/// The application's operations, everything up to the moment at which they want a session.
private let api = API(
  title: "Roster", version: "1",
  Users().operations(Depends(ready: { throw HTTPError.unavailable("Service Unavailable") })),
  report: { error, _ in broken("an error without an answer: \(error)") })

private let statuses: Set = [204, 307, 400, 404, 405, 414, 422, 503]

@LoopActor private func checkAnswer(_ request: WebAPI.Request) {
  let response = answer(request)
  require(statuses.contains(response.status), "the status \(response.status)")
  checkSent(FastCGI.Response(status: response.status, headers: response.headers, body: response.body), request)
  for header in response.headers where header.name == "Location" { checkLocation(header.value, request) }
  guard response.headers.contains(where: { $0 == ("Content-Type", "application/json") }), !response.body.isEmpty
  else {
    return
  }
  do throws(JSONError) { _ = try JSONParser.parse(response.body) } catch { broken("the answer is no JSON: \(error)") }
}

/// It is sent as it is, and is as long as the memory that is taken for it.
private func checkSent(_ response: FastCGI.Response, _ request: WebAPI.Request) {
  _ = response.checked { broken("the response cannot be sent: \($0)") }
  let isHead = request.method == "HEAD"
  let length = response.headLength + response.content(isHead: isHead).count
  require(response.document(isHead: isHead).count == length, "the response is not \(length) bytes long")
}

/// A redirect leads to the same path, but for slashes at its end. A percent sign that was decoded is not encoded again,
/// as in Starlette.
private func checkLocation(_ location: String, _ request: WebAPI.Request) {
  let path = WebAPI.Request(method: "GET", target: String(location.dropFirst("http://users.example".count))).path
  func trimmed(_ path: String) -> [UInt8] {
    Array(path.utf8.reversed().drop { $0 == UInt8(ascii: "/") }.reversed())
  }
  require(
    trimmed(path) == trimmed(PercentEncoding.decode(request.path)), "\(location) does not lead to \(request.path)")
}

/// Nothing in this API waits.
@LoopActor private func answer(_ request: WebAPI.Request) -> WebAPI.Response {
  var response: WebAPI.Response?
  Task.immediate { @LoopActor in response = await api.respond(to: request) }
  guard let response else { broken("an operation waits") }
  return response
}
