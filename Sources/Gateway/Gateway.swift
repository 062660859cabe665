internal import EventLoop
public import FastCGI
public import WebAPI

/// Between the web server and the API: FastCGI parameters become a request, and the API's response one of FastCGI.
///
/// `rootPath` is where clients reach the API through a proxy that does not say so; empty where they do at the top of its host.
/// `meter` counts, and `log` tells of requests. Of fields of the header that operations read and the web server does not hand on, the API
/// warns at the first request.
@LoopActor public func gateway(
  to api: API, rootPath: String = "", meter: RequestMeter? = nil, log: AccessLog? = nil
) -> FastCGI.Responder {
  let respond = responder(to: api, rootPath, meter, log)
  let parameters = HeaderParameters(of: api.headers)
  if parameters.fields.isEmpty { return respond }
  var isFirst = true
  return { request in
    if isFirst {
      isFirst = false
      let fields = parameters.missing(in: request)
      if !fields.isEmpty {
        api.warn("the web server does not hand on \(fields.joined(separator: ", ")): see nginx-params")
      }
    }
    return await respond(request)
  }
}

@LoopActor private func responder(
  to api: API, _ rootPath: String, _ meter: RequestMeter?, _ log: AccessLog?
) -> FastCGI.Responder {
  if meter == nil, log == nil {
    return { request in FastCGI.Response(await api.respond(to: request.http(rootPath: rootPath))) }
  }
  return { request in
    let began = EventLoop.main.now
    meter?.begin()
    let http = request.http(rootPath: rootPath)
    let response = await api.respond(to: http)
    let time = MonotonicTime.now().nanoseconds &- began.nanoseconds
    meter?.end(http, response, nanoseconds: time)
    guard let log, log.concerns(response, nanoseconds: time) else { return FastCGI.Response(response) }
    return log.note(
      AccessLog.Answered(api: api, request: request, http: http, response: response, nanoseconds: time))
  }
}

/// How the API wants bodies that have begun to arrive, for `bodyReading` of FastCGI's `ServerConfiguration`; nil where it wants
/// each of them whole.
@LoopActor public func bodyReading(
  of api: API, rootPath: String = ""
) -> (@LoopActor @Sendable (FastCGI.Request) -> FastCGI.BodyReading)? {
  guard api.readsPieces else { return nil }
  return { request in
    switch api.bodyReading(of: request.http(rootPath: rootPath)) {
    case .whole: .whole
    case .pieces(let limit): .pieces(limit: limit)
    }
  }
}

extension FastCGI.Response {
  /// What the API answers.
  package init(_ response: consuming WebAPI.Response) {
    self.init(status: response.status, headers: response.headers, body: response.body)
    guard let rest = response.rest else { return }
    self.rest = Rest({ try await rest.next() }, ended: { await rest.ended($0 == .taken ? .taken : .abandoned) })
  }
}

extension FastCGI.Request: WebAPI.RequestFields {
  /// HTTP_HOST.
  public var host: String? { parameter("HTTP_HOST") }

  /// `https` where either of the parameters says so that web servers have for it, or an operator behind a balancer that ends
  /// TLS: HTTPS, of which any value but `off` does, or REQUEST_SCHEME.
  public var scheme: String {
    let isOn = parameter("HTTPS").map { $0.lowercased() != "off" } ?? false
    return isOn || parameter("REQUEST_SCHEME")?.lowercased() == "https" ? "https" : "http"
  }

  /// HTTP_AUTHORIZATION, which web servers pass only when they are told to.
  public var authorization: String? { field("HTTP_AUTHORIZATION") }
  /// REQUEST_ID, which only the web server itself can say, else HTTP_X_REQUEST_ID.
  public var requestID: RequestID? {
    parameter("REQUEST_ID").flatMap(RequestID.init) ?? parameter("HTTP_X_REQUEST_ID").flatMap(RequestID.init)
  }
  /// The parameter that the field has become.
  public func header(_ name: String) -> String? { field(named: HeaderParameters.name(of: name)) }

  /// The request that the parameters describe (RFC 3875, section 4.1). REQUEST_URI is the target as the client sent it;
  /// servers that do not pass it pass SCRIPT_NAME and PATH_INFO, which are decoded, and QUERY_STRING.
  package func http(rootPath: String = "") -> WebAPI.Request {
    withTarget { method, target, script, info, type in
      let method = method.map(Self.method) ?? "GET"
      let request = target.map {
        WebAPI.Request(
          method: method, target: $0, contentType: contentType(type), fields: self, body: body, rest: pieces)
      }
      if let request, script == nil, info == nil, rootPath.isEmpty { return request }
      let (script, info) = (Self.text(script), Self.text(info))
      let known =
        request
        ?? WebAPI.Request(
          method: method, path: script + info, query: parameter("QUERY_STRING") ?? "",
          contentType: contentType(type), fields: self, body: body, rest: pieces)
      let mount = MountPoint(of: known.path, scriptName: script, pathInfo: info)
      return known.at(rootPath.isEmpty ? mount : mount.behind(rootPath))
    }
  }

  private var pieces: WebAPI.Request.Rest? {
    guard let rest else { return nil }
    return {
      do throws(BodyError) { return try await rest.next() } catch { throw error.answer }
    }
  }

  private static func text(_ bytes: Value?) -> String {
    bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The commonest method is not made a string of each time.
  private static func method(_ text: Value) -> String {
    text.spells("GET") ? "GET" : String(decoding: text, as: UTF8.self)
  }

  /// Nor is the commonest type.
  private func contentType(_ text: Value?) -> String? {
    text.flatMap { $0.spells("application/json") ? "application/json" : field("CONTENT_TYPE") }
  }
}

extension BodyError {
  /// What it is answered with, where somebody waits for an answer.
  fileprivate var answer: any Error {
    switch self {
    case .tooLarge: HTTPError(413, "Content Too Large")
    case .incomplete, .aborted: HTTPError(400, "Incomplete request body")
    case .late: HTTPError(408, "Request Timeout")
    case .outOfTurn: self
    }
  }
}

extension WebAPI.Request {
  fileprivate func at(_ mount: MountPoint) -> WebAPI.Request {
    mount.rootPath.isEmpty && mount.isExact
      ? self : at(rootPath: mount.rootPath, path: mount.path, isExact: mount.isExact)
  }
}
