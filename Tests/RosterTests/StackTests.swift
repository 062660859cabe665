import Glibc
import TestSupport
import Testing

/// The whole path: nginx, FastCGI, the program, PostgreSQL; the answers are the reference's.
@Suite(.ownThread) struct StackTests {
  private static let prefix = "/users/"

  /// An address that no other test uses.
  private func address() -> String { "user\(UInt64.random(in: 0 ... .max))@b.co" }

  /// The number behind `"id":`.
  private func id(_ body: String) throws -> String {
    let start = try #require(body.firstRange(of: #""id":"#)).upperBound
    return String(body[start...].prefix { $0.isNumber })
  }

  @Test func `a user is created, read, listed, replaced, updated and deleted`() async throws {
    let http = try await Stack.shared().client()
    let (first, second) = (address(), address())
    let created = try http.send("POST", "/users/", #"{"email":"\#(first)","name":"Zoë"}"#)
    let id = try id(created.body)
    #expect(created.status == 200)
    #expect(created.headers["content-type"] == "application/json")
    let time = #""created_at":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z""#
    #expect(try created.body.wholeMatch(of: Regex(#"\{"email":"\#(first)","name":"Zoë","id":\d+,\#(time)\}"#)) != nil)

    #expect(try http.send("GET", "/users/\(id)").body == created.body)
    let list = try http.send("GET", "/users/?skip=0&limit=100000")
    #expect(list.body.contains(created.body))

    let replaced = try http.send("PUT", "/users/\(id)", #"{"email":"\#(second)","name":"B"}"#)
    #expect(replaced.body.hasPrefix(#"{"email":"\#(second)","name":"B","id":\#(id),"#))
    let updated = try http.send("PATCH", "/users/\(id)", #"{"name":"C"}"#)
    #expect(updated.body.hasPrefix(#"{"email":"\#(second)","name":"C","id":\#(id),"#))
    #expect(try http.send("PATCH", "/users/\(id)", "{}").body == updated.body)

    let deleted = try http.send("DELETE", "/users/\(id)")
    #expect(deleted.status == 204)
    #expect(deleted.body == "")
    #expect(try http.send("GET", "/users/\(id)").status == 404)
  }

  @Test func `the same works over TLS, with HTTP 2`() async throws {
    let stack = try await Stack.shared()
    let address = address()
    let created = try stack.curl("POST", "/users/", #"{"email":"\#(address)","name":"A"}"#)
    #expect(created.hasPrefix(#"{"email":"\#(address)","name":"A","id":"#))
    let id = try id(created)
    #expect(try stack.curl("GET", "/users/\(id)") == created)
    #expect(try stack.curl("GET", "/users/?limit=100000").contains(created.dropLast("200 2".count)))
    let replaced = try stack.curl("PUT", "/users/\(id)", #"{"email":"\#(address)","name":"B"}"#)
    #expect(replaced.contains(#""name":"B""#) && replaced.hasSuffix("200 2"))
    #expect(try stack.curl("PATCH", "/users/\(id)", #"{"name":"C"}"#).contains(#""name":"C""#))
    #expect(try stack.curl("DELETE", "/users/\(id)") == "204 2")
    #expect(try stack.curl("GET", "/users/\(id)") == #"{"detail":"User not found"}404 2"#)
  }

  @Test func `a redirect keeps the scheme, the host and the query`() async throws {
    let stack = try await Stack.shared()
    let plain = try stack.client().send("GET", "/users?skip=1")
    #expect(plain.status == 307)
    #expect(plain.headers["location"] == "http://localhost:8080/users/?skip=1")
    let output = "\(stack.folder)/redirect"
    try ChildProcess.run(
      ["curl", "-sk", "-o", "/dev/null", "-w", "%{redirect_url}", "https://localhost:\(stack.tlsPort)/users/1/"],
      log: output)
    #expect(contents(of: output) == "https://localhost:\(stack.tlsPort)/users/1")
  }

  @Test func `a whole address in the first line has its own host, whatever Host says`() async throws {
    // The client's Host is localhost:8080.
    let answer = try await Stack.shared().client().send("POST", "http://127.0.0.1:81/users?a", "{}")
    #expect(answer.status == 307)
    #expect(answer.headers["location"] == "http://127.0.0.1:81/users/?a")
  }

  /// The status of the answer to a request with this Host; 000 where there is none.
  private func status(_ stack: Stack, _ host: String, _ scheme: String) throws -> String {
    let output = "\(stack.folder)/host\(UInt64.random(in: 0 ... .max))"
    let address = "\(scheme)://127.0.0.1:\(scheme == "http" ? stack.port : stack.tlsPort)/users/?limit=0"
    let format = ["-o", "/dev/null", "-w", "%{http_code}"]
    try ChildProcess.start(["curl", "-sk"] + format + ["-H", "Host:\(host)", address], log: output).wait()
    return contents(of: output)
  }

  @Test(arguments: ["http", "https"])
  func `only this machine's own names are answered: a page of another site may have one lead here`(scheme: String)
    async throws
  {
    let stack = try await Stack.shared()
    for host in [" localhost", " localhost:8080", " LOCALHOST", " 127.0.0.1:1", " [::1]", " [::1]:8080"] {
      #expect(try status(stack, host, scheme) == "200")
    }
    for host in [
      " evil.example", " evil.example:8080", " localhost.evil.example", " 127.0.0.1.evil.example", " evil-localhost",
      " 0.0.0.0", " 127.0.0.2", " [::2]", " [::ffff:127.0.0.1]", " localhost@evil.example", " users.example.com", "",
    ] {
      #expect(try status(stack, host, scheme) != "200", "\(host)")
    }
    #expect(try status(stack, " evil.example", scheme) == "000")
  }

  @Test func `nothing that it writes can be read by others that need not`() async throws {
    let stack = try await Stack.shared()
    let output = "\(stack.folder)/modes"
    // PostgreSQL's socket is everybody's, and it asks the kernel who connects.
    let script =
      #"cd "$0/state"; find log lock tls run nginx -perm /go+rw ! -name '*.crt'; find . -perm /o+w ! -type l ! -name '.s.*'"#
    try ChildProcess.run(["sh", "-c", script, stack.folder], log: output)
    #expect(contents(of: output) == "")
  }

  @Test func `a redirect may be as long as a target`() async throws {
    let id = String(repeating: "0", count: 15_000) + "1"
    let answer = try await Stack.shared().client().send("GET", "/users/\(id)/")
    #expect(answer.status == 307)
    #expect(answer.headers["location"] == "http://localhost:8080/users/\(id)")
  }

  @Test(arguments: [("FOO", "/users/"), ("FOO", "/docs"), ("GET", "/users/\u{E9}"), ("GET", "/docs?\u{E9}")])
  func `what uvicorn takes for no HTTP is refused in its words`(method: String, target: String) async throws {
    let answer = try await Stack.shared().client().send(method, target)
    #expect(answer.status == 400)
    #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
    #expect(answer.body == "Invalid HTTP request received.")
  }

  private static let notAnInteger = "Input should be a valid integer, unable to parse string as an integer"
  private static let noObject = "Input should be a valid dictionary or object to extract fields from"

  /// Recorded from the reference.
  @Test(
    arguments: [
      ("GET", "/users/2147483647", nil, 404, #"{"detail":"User not found"}"#),
      ("DELETE", "/users/2147483647", nil, 404, #"{"detail":"User not found"}"#),
      ("PATCH", "/users/2147483647", "{}", 404, #"{"detail":"User not found"}"#),
      ("PUT", "/users/2147483647", #"{"email":"a@b.co","name":"A"}"#, 404, #"{"detail":"User not found"}"#),
      ("GET", "/", nil, 404, #"{"detail":"Not Found"}"#), ("GET", "/docs/x", nil, 404, #"{"detail":"Not Found"}"#),
      ("POST", "/users/1", "{}", 405, #"{"detail":"Method Not Allowed"}"#),
      ("PURGE", "/users/1", nil, 405, #"{"detail":"Method Not Allowed"}"#),
      (
        "GET", "/users/x", nil, 422,
        #"{"detail":[{"type":"int_parsing","loc":["path","user_id"],"msg":"\#(notAnInteger)","input":"x"}]}"#
      ),
      (
        "GET", "/users/?skip=a&limit=", nil, 422,
        #"{"detail":[{"type":"int_parsing","loc":["query","skip"],"msg":"\#(notAnInteger)","input":"a"},"#
          + #"{"type":"int_parsing","loc":["query","limit"],"msg":"\#(notAnInteger)","input":""}]}"#
      ),
      (
        "POST", "/users/", #"{"email":5,"x":[1.0,1e22]}"#, 422,
        #"{"detail":[{"type":"string_type","loc":["body","email"],"msg":"Input should be a valid string","input":5},"#
          + #"{"type":"missing","loc":["body","name"],"msg":"Field required","input":{"email":5,"x":[1.0,1e+22]}}]}"#
      ),
      (
        "POST", "/users/", #"{"email":"a@b.co","name":"A",}"#, 422,
        #"{"detail":[{"type":"json_invalid","loc":["body",29],"msg":"JSON decode error","input":{},"#
          + #""ctx":{"error":"Expecting property name enclosed in double quotes"}}]}"#
      ),
      (
        "POST", "/users/", "[]", 422,
        #"{"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"\#(noObject)","input":[]}]}"#
      ),
      (
        "POST", "/users/", "", 422,
        #"{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}"#
      ),
      (
        "POST", "/users/", #"{"email":"x","name":"A"}"#, 422,
        #"{"detail":[{"type":"value_error","loc":["body","email"],"msg":"value is not a valid email address: "#
          + #"An email address must have an @-sign.","input":"x","ctx":{"reason":"An email address must have an @-sign."}}]}"#
      ),
      (
        "PATCH", "/users/x", #"{"name":null}"#, 422,
        #"{"detail":[{"type":"int_parsing","loc":["path","user_id"],"msg":"\#(notAnInteger)","input":"x"},"#
          + #"{"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string","input":null}]}"#
      ),
    ] as [(String, String, String?, Int, String)])
  func `what cannot be done is answered as the reference answers it`(
    method: String, target: String, body: String?, status: Int, answer: String
  ) async throws {
    let http = try await Stack.shared().client()
    let got = try http.send(method, target, body)
    #expect(got.status == status)
    #expect(got.body == answer)
    #expect(got.headers["content-type"] == "application/json")
  }

  @Test func `an address is taken once, whatever the operation`() async throws {
    let http = try await Stack.shared().client()
    let (first, second) = (address(), address())
    _ = try http.send("POST", "/users/", #"{"email":"\#(first)","name":"A"}"#)
    let id = try id(http.send("POST", "/users/", #"{"email":"\#(second)","name":"B"}"#).body)
    let taken = [
      try http.send("POST", "/users/", #"{"email":"\#(first)","name":"A"}"#),
      try http.send("PUT", "/users/\(id)", #"{"email":"\#(first)","name":"A"}"#),
      try http.send("PATCH", "/users/\(id)", #"{"email":"\#(first)"}"#),
    ]
    for answer in taken {
      #expect(answer.status == 400)
      #expect(answer.body == #"{"detail":"Email already exists"}"#)
    }
  }

  @Test(arguments: ["2147483648", "-2147483649", "99999999999999999999"])
  func `an id that no column can hold is refused, not an error of ours`(id: String) async throws {
    #expect(try await Stack.shared().client().send("GET", "/users/\(id)").status == 422)
  }

  @Test func `a body of the limit is read, one byte more is answered with 413`() async throws {
    let stack = try await Stack.shared()
    let name = String(repeating: "n", count: 1 << 20)
    let frame = #"{"email":"","name":""}"#.utf8.count
    let address = address()
    let fitting = name.dropLast(frame + address.utf8.count)
    let fits = try stack.client().send("POST", "/users/", #"{"email":"\#(address)","name":"\#(fitting)"}"#)
    #expect(fits.status == 200)
    let exceeds = try stack.client().send("POST", "/users/", #"{"email":"\#(address)","name":"\#(fitting)n"}"#)
    #expect(exceeds.status == 413)
    #expect(exceeds.body == #"{"detail":"Content Too Large"}"#)
  }

  @Test func `HEAD is GET without the body, and OPTIONS names the methods`() async throws {
    let http = try await Stack.shared().client()
    let get = try http.send("GET", "/users/x")
    let head = try http.send("HEAD", "/users/x")
    #expect(head.status == get.status)
    #expect(head.body == "")
    #expect(head.headers["content-length"] == "\(get.body.utf8.count)")
    #expect(try http.send("OPTIONS", "/users/").headers["allow"] == "POST, GET, HEAD, OPTIONS")
    #expect(try http.send("GET", "/users/?limit=0").body == "[]")
  }

  @Test func `answers carry the security headers`() async throws {
    let answer = try await Stack.shared().client().send("GET", "/users/?limit=0")
    #expect(answer.headers["x-content-type-options"] == "nosniff")
    #expect(answer.headers["x-frame-options"] == "DENY")
    #expect(answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'")
    #expect(answer.headers["server"] == "nginx")
  }

  @Test func `a request that nginx refuses is answered in the API's shape`() async throws {
    let answer = try await Stack.shared().client().send("GET", "/users/1%00")
    #expect(answer.status == 400)
    #expect(answer.body == #"{"detail":"Bad Request"}"#)
  }
}
