import Synchronization
import Testing

@testable import WebAPI

private struct Length: Schema {
  let length: Int32
  static let schema = ObjectSchema<Length>("Length", Length.init, Field("length", \.length, .integer))
}

struct BodyStreamTests {
  private static let api = API(
    title: "Test", version: "1",
    [
      Operation(
        .put, "/files/{name}", "put_file", Inputs(Path<String>("name"), BodyStream("text/csv", limit: 10)),
        returns: Length.self
      ) { _, body in
        var length = 0
        for try await piece in body { length += piece.count }
        return Length(length: Int32(length))
      },
      Operation(.post, "/files/", "create_file", Inputs(BodyStream()), returns: Length.self) { body in
        var pieces = body.makeAsyncIterator()
        return Length(length: Int32(try await pieces.next()?.count ?? -1))
      },
      Operation(.post, "/whole/", "whole", Inputs(Body<Length>()), returns: Length.self) { $0 },
      Operation(healthCheck: "/livez") {},
    ])

  /// A body of these pieces, the first of which has come with the request.
  private static func answer(_ method: String, _ path: String, _ pieces: [[UInt8]], _ error: HTTPError? = nil) async
    -> String
  {
    let rest = Mutex(Array(pieces.dropFirst()))
    let next: Request.Rest = {
      if let piece = rest.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return piece }
      if let error { throw error }
      return nil
    }
    let response = await api.respond(
      to: Request(method: method, target: path, body: pieces.first ?? [], rest: pieces.count > 1 ? next : nil))
    return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
  }

  @Test(arguments: [[[1, 2, 3]], [[1], [2], [3]], [[], [1, 2, 3]], [[1, 2], [3]]] as [[[UInt8]]])
  func `a handler reads the pieces one after another`(pieces: [[UInt8]]) async {
    #expect(await Self.answer("PUT", "/files/a", pieces) == #"200 {"length":3}"#)
  }

  @Test func `no body is one without pieces, and a handler may leave some`() async {
    #expect(await Self.answer("PUT", "/files/a", []) == #"200 {"length":0}"#)
    #expect(await Self.answer("POST", "/files/", []) == #"200 {"length":-1}"#)
    #expect(await Self.answer("POST", "/files/", [[1, 2], [3]]) == #"200 {"length":2}"#)
  }

  @Test func `a whole body beyond the limit is a 413, and what breaks a body off is the answer`() async {
    let large = [UInt8](repeating: 65, count: 11)
    #expect(await Self.answer("PUT", "/files/a", [large]) == #"413 {"detail":"Content Too Large"}"#)
    #expect(await Self.answer("POST", "/files/", [large]) == #"200 {"length":11}"#)
    #expect(await Self.answer("PUT", "/files/a", [[1], [2]], HTTPError(408, "late")) == #"408 {"detail":"late"}"#)
  }

  @Test(
    arguments: [
      ("PUT", "/files/a", .pieces(limit: 10)), ("POST", "/files/", .pieces(limit: nil)), ("POST", "/whole/", .whole),
      ("GET", "/files/a", .whole), ("PUT", "/files", .whole), ("GET", "/livez", .whole), ("GET", "/docs", .whole),
    ] as [(String, String, BodyReading)])
  func `who hands requests on can ask how their bodies are wanted`(
    method: String, path: String, reading: BodyReading
  ) {
    #expect(Self.api.readsPieces)
    #expect(Self.api.bodyReading(of: Request(method: method, target: path)) == reading)
    let below = Request(method: method, target: "/api" + path).at(rootPath: "/api", path: path)
    #expect(Self.api.bodyReading(of: below) == reading)
    let misled = Request(method: method, target: path).at(rootPath: "/files", path: "/a/b")
    #expect(Self.api.bodyReading(of: misled) == reading)
  }

  @Test func `an API that reads no body as it arrives says so`() {
    #expect(!API(title: "Test", version: "1", [Operation(healthCheck: "/livez") {}]).readsPieces)
  }

  @Test func `it is documented as binary, with what its reading may be answered with`() throws {
    let operation = try #require(Self.api.document["paths"]?["/files/{name}"]?["put"])
    let schema: JSONValue = ["type": "string", "format": "binary", "title": "Body"]
    #expect(operation["requestBody"] == ["required": true, "content": ["text/csv": ["schema": schema]]])
    let responses = try #require(operation["responses"])
    for status in ["400", "408", "413", "422", "503"] { #expect(responses[status] != nil, "\(status)") }
    let other = try #require(Self.api.document["paths"]?["/files/"]?["post"])
    #expect(other["requestBody"]?["content"]?["application/octet-stream"] != nil)
    #expect(other["responses"]?["422"] == nil)
  }
}
