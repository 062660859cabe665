import TestSupport
import Testing

/// --api-keys over the whole path: a client's field Authorization comes through nginx, and the answers go back.
@Suite(.ownThread) struct KeyStackTests {
  @Test func `keys work over HTTP and over TLS with HTTP 2, and the pages stay open`() throws {
    let keys = try KeyFileOnDisk()
    let (reader, writer) = (try keys.add("reader", "reader"), try keys.add("writer", "writer"))
    let stack = try Stack(["ROSTER_API_KEYS=\(keys.path)"])
    let http = try stack.client()

    let refused = try http.send("GET", "/users/x")
    #expect(refused.status == 401)
    #expect(refused.headers["www-authenticate"] == "Bearer")
    #expect(refused.headers["content-type"] == "application/json")
    #expect(refused.body == #"{"detail":"Not authenticated"}"#)
    let invalid = try http.send("POST", "/users/", "{", authorization: "Bearer roster_0")
    #expect(invalid.status == 401)
    #expect(invalid.headers["www-authenticate"] == #"Bearer error="invalid_token""#)
    let forbidden = try http.send("POST", "/users/", "{", authorization: "Bearer \(reader)")
    #expect(forbidden.status == 403)
    #expect(forbidden.headers["www-authenticate"] == #"Bearer error="insufficient_scope""#)
    #expect(forbidden.body == #"{"detail":"Not enough permissions"}"#)

    let user = #"{"email":"a@b.co","name":"A"}"#
    #expect(try http.send("POST", "/users/", user, authorization: "bearer \(writer)").status == 200)
    #expect(try http.send("GET", "/users/1", authorization: "Bearer \(reader)").body.contains(#""email":"a@b.co""#))
    #expect(try http.send("GET", "/users/x", authorization: "Bearer \(reader)").status == 422)
    #expect(try stack.curl("GET", "/users/1").hasSuffix("401 2"))
    #expect(try stack.curl("DELETE", "/users/1", key: reader).hasSuffix("403 2"))
    #expect(try stack.curl("DELETE", "/users/1", key: writer) == "204 2")

    #expect(try http.send("GET", "/docs").status == 200)
    #expect(try http.send("GET", "/livez").body == #"{"status":"ok"}"#)
    #expect(try http.send("GET", "/readyz").body == #"{"status":"ok"}"#)
    #expect(try http.send("GET", "/nothing").status == 404)
    let description = try Program.run(["openapi", "--api-keys", keys.path])
    #expect(description.output.contains(#""securitySchemes":{"HTTPBearer":{"type":"http","scheme":"bearer"}}"#))
    #expect(try http.send("GET", "/openapi.json").body == description.output)
  }
}
