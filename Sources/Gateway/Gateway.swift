internal import EventLoop
public import FastCGI
public import WebAPI

/// Between the web server and the API: FastCGI parameters become a request, and the API's response one of FastCGI.
///
/// `rootPath` is where clients reach the API through a proxy that does not say so; empty where they do at the top of its host.
@LoopActor public func gateway(to api: API, rootPath: String = "") -> FastCGI.Responder {
  { request in
    let response = await api.respond(to: request.http(rootPath: rootPath))
    return FastCGI.Response(status: response.status, headers: response.headers, body: response.body)
  }
}

extension FastCGI.Request: WebAPI.RequestFields {
  /// CONTENT_TYPE.
  public var contentType: String? { field("CONTENT_TYPE") }
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

  /// The request that the parameters describe (RFC 3875, section 4.1). REQUEST_URI is the target as the client sent it;
  /// servers that do not pass it pass SCRIPT_NAME and PATH_INFO, which are decoded, and QUERY_STRING.
  package func http(rootPath: String = "") -> WebAPI.Request {
    let method = method
    let target = withParameter("REQUEST_URI") { WebAPI.Request(method: method, target: $0, fields: self, body: body) }
    let (script, info) = (parameter("SCRIPT_NAME") ?? "", parameter("PATH_INFO") ?? "")
    let request =
      target
      ?? WebAPI.Request(
        method: method, path: script + info, query: parameter("QUERY_STRING") ?? "", fields: self, body: body)
    if script.isEmpty, info.isEmpty, rootPath.isEmpty { return request }
    let mount = MountPoint(of: request.path, scriptName: script, pathInfo: info)
    return request.at(rootPath.isEmpty ? mount : mount.behind(rootPath))
  }

  /// The commonest method is not made a string of each time.
  private var method: String {
    withParameter("REQUEST_METHOD") {
      $0.count == 3 && $0[0] == UInt8(ascii: "G") && $0[1] == UInt8(ascii: "E") && $0[2] == UInt8(ascii: "T")
        ? "GET" : String(decoding: $0, as: UTF8.self)
    } ?? "GET"
  }
}

extension WebAPI.Request {
  fileprivate func at(_ mount: MountPoint) -> WebAPI.Request {
    mount.rootPath.isEmpty ? self : at(rootPath: mount.rootPath, path: mount.path)
  }
}
