import EventLoop
import Synchronization
import TestSupport
import Testing
import WebAPI

@testable import FastCGI
@testable import Gateway

struct HeaderParametersTests {
  private static func request(_ parameters: [(String, String)]) -> FastCGI.Request {
    let records = Records.stream(4, parameters.flatMap { Records.pair($0.0, $0.1) })
    return FastCGI.Request(environment: records.withUnsafeBytes { ParameterList(records: $0) }, body: [])
  }

  private struct Seen: Schema {
    let tenant: String
    let match: String?
    static let schema = ObjectSchema<Seen>(
      "Seen", Seen.init, Field("tenant", \.tenant, .string), Field("match", \.match, .nullable(.string)))
  }

  private static let api = api { _ in }

  private static func api(_ warn: @escaping @Sendable (String) -> Void) -> API {
    API(
      title: "Test", version: "1",
      [
        Operation(
          .get, "/tenants", "read_tenants",
          Inputs(
            Header<String>("X-Tenant"), Header<String?>("If-None-Match"), Header<String?>("authorization"),
            Header<String?>("traceparent")),
          returns: Seen.self
        ) { tenant, match, _, _ in Seen(tenant: tenant, match: match) }
      ], warn: warn)
  }

  @Test func `nginx's list has what operations read, and names it`() {
    #expect(
      HeaderParameters(of: Self.api.headers).nginx == """
        fastcgi_param HTTP_X_TENANT $http_x_tenant if_not_empty;
        fastcgi_param HTTP_IF_NONE_MATCH $http_if_none_match if_not_empty;
        fastcgi_param HEADER_PARAMETERS "HTTP_X_TENANT HTTP_IF_NONE_MATCH";
        """)
  }

  @Test(
    arguments: [
      ([], ["X-Tenant", "If-None-Match"]), ([("HEADER_PARAMETERS", "HTTP_X_TENANT")], ["If-None-Match"]),
      ([("HEADER_PARAMETERS", "HTTP_IF_NONE_MATCH HTTP_X_TENANT HTTP_X")], []), ([("SERVER_SOFTWARE", "Apache")], []),
      ([("HEADER_PARAMETERS", "HTTP_X_TENANT_ID HTTP_IF_NONE_MATCH")], ["X-Tenant"]),
    ] as [([(String, String)], [String])])
  func `what a web server does not hand on is known by its list, if it is one that has a list`(
    parameters: [(String, String)], missing: [String]
  ) {
    #expect(HeaderParameters(of: Self.api.headers).missing(in: Self.request(parameters)) == missing)
  }

  @Test func `a field is found whatever its case, and what is missing is told once`() async throws {
    let (answers, told) = try await onLoop {
      let told = Mutex<[String]>([])
      let responder = gateway(to: Self.api { text in told.withLock { $0.append(text) } })
      var answers: [String] = []
      for _ in 0..<2 {
        let response = await responder(Self.request([("REQUEST_URI", "/tenants"), ("HTTP_X_TENANT", "acme")]))
        answers.append(String(decoding: response.body, as: UTF8.self))
      }
      return (answers, told.withLock { $0 })
    }
    #expect(answers == Array(repeating: #"{"tenant":"acme","match":null}"#, count: 2))
    #expect(told == ["the web server does not hand on X-Tenant, If-None-Match: see nginx-params"])
  }
}
