internal import EventLoop
public import FastCGI
public import WebAPI

/// Between the web server and the API: FastCGI parameters become a request, and the API's response one of FastCGI.
@LoopActor public func gateway(to api: API) -> FastCGI.Responder {
  { request in
    let response = await api.respond(to: request.http)
    return FastCGI.Response(status: response.status, headers: response.headers, body: response.body)
  }
}

extension FastCGI.Request: WebAPI.RequestFields {
  /// CONTENT_TYPE.
  public var contentType: String? { field("CONTENT_TYPE") }
  /// HTTP_HOST.
  public var host: String? { parameter("HTTP_HOST") }
  /// REQUEST_SCHEME, which nginx passes, or HTTPS, which others do.
  public var scheme: String { parameter("REQUEST_SCHEME") ?? (parameter("HTTPS") == "on" ? "https" : "http") }

  /// HTTP_AUTHORIZATION, which web servers pass only when they are told to.
  public var authorization: String? { field("HTTP_AUTHORIZATION") }

  /// The request that the parameters describe (RFC 3875, section 4.1). REQUEST_URI is the target as the client sent it;
  /// servers that do not pass it pass SCRIPT_NAME and PATH_INFO, which are decoded, and QUERY_STRING.
  package var http: WebAPI.Request {
    let method = method
    let request = withParameter("REQUEST_URI") {
      WebAPI.Request(method: method, target: $0, fields: self, body: body)
    }
    return request
      ?? WebAPI.Request(
        method: method, path: (parameter("SCRIPT_NAME") ?? "") + (parameter("PATH_INFO") ?? ""),
        query: parameter("QUERY_STRING") ?? "", fields: self, body: body)
  }

  /// The commonest method is not made a string of each time.
  private var method: String {
    withParameter("REQUEST_METHOD") {
      $0.count == 3 && $0[0] == UInt8(ascii: "G") && $0[1] == UInt8(ascii: "E") && $0[2] == UInt8(ascii: "T")
        ? "GET" : String(decoding: $0, as: UTF8.self)
    } ?? "GET"
  }
}
