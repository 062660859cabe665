internal import EventLoop
internal import FastCGI
internal import WebAPI

/// Between the web server and the API: FastCGI parameters become a request, and the API's response one of FastCGI.
@LoopActor func gateway(to api: API) -> FastCGI.Responder {
  { request in
    let response = await api.respond(to: WebAPI.Request(request, readsAuthorization: api.isSecured))
    return FastCGI.Response(status: response.status, headers: response.headers, body: response.body)
  }
}

extension WebAPI.Request {
  /// The request that the parameters describe (RFC 3875, section 4.1). REQUEST_URI is the target as the client sent it;
  /// servers that do not pass it pass SCRIPT_NAME and PATH_INFO, which are decoded, and QUERY_STRING.
  @LoopActor fileprivate convenience init(_ request: FastCGI.Request, readsAuthorization: Bool) {
    let method = request.parameter("REQUEST_METHOD") ?? "GET"
    let (contentType, host) = (request.field("CONTENT_TYPE"), request.parameter("HTTP_HOST"))
    let authorization = readsAuthorization ? request.field("HTTP_AUTHORIZATION") : nil
    let scheme = request.parameter("REQUEST_SCHEME") ?? (request.parameter("HTTPS") == "on" ? "https" : "http")
    if let target = request.parameter("REQUEST_URI") {
      self.init(
        method: method, target: target, contentType: contentType, host: host, scheme: scheme,
        authorization: authorization, body: request.body)
    } else {
      self.init(
        method: method, path: (request.parameter("SCRIPT_NAME") ?? "") + (request.parameter("PATH_INFO") ?? ""),
        query: request.parameter("QUERY_STRING") ?? "", contentType: contentType, host: host, scheme: scheme,
        authorization: authorization, body: request.body)
    }
  }
}
