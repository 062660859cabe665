import EventLoop
import Glibc
import Metrics
import TestSupport
import Testing
import WebAPI

@testable import Gateway

struct RequestMeterTests {
  private static let api = API(
    title: "Test", version: "1",
    [
      Operation(.get, "/users/", "read_users", Inputs(), returns: NoContent.self, status: 204) { NoContent() },
      Operation(
        .get, "/users/{id}", "read_user", Inputs(Path<Int32>("id")), returns: NoContent.self,
        errors: [HTTPError(404, "x")]
      ) { id in
        if id == 0 { throw HTTPError(404, "x") }
        return NoContent()
      },
    ], security: HTTPBearer { _ in .unknown })

  /// The labels of what was counted after these requests, with the number of each, and how many are under way.
  private func counted(
    _ requests: [(String, String)], api: API = api
  ) async throws -> (counts: [String: UInt64], active: Int64) {
    let families = try await withArea { area in
      try await onLoop {
        let meter = RequestMeter(api, MetricRegistry(area, process: getpid()))
        for (method, target) in requests {
          let request = Request(method: method, target: target)
          meter.begin()
          meter.end(request, await api.respond(to: request), nanoseconds: 1)
        }
        meter.begin()
      }
      return MetricFamily.all(area.readings)
    }
    var counts: [String: UInt64] = [:]
    for series in families.first(where: { $0.name == RequestMeter.duration })?.series ?? [] {
      counts[series.labels.map(\.value).joined(separator: " ")] = series.count
    }
    return (counts, families.first { $0.name == RequestMeter.active }?.series.first?.signed ?? -1)
  }

  private static let open = API(title: "Test", version: "1", api.operations)

  @Test func `a request counts for its operation, whatever was answered and by whom`() async throws {
    let (counts, active) = try await counted(
      [
        ("GET", "/users/"), ("GET", "/users/7"), ("GET", "/users/8?a=b"), ("GET", "/users/0"), ("GET", "/users/x"),
        ("HEAD", "/users/7"),
      ], api: Self.open)
    #expect(
      counts == [
        "GET /users/ 204": 1, "GET /users/{id} 200": 2, "GET /users/{id} 404": 1, "GET /users/{id} 422": 1,
        "HEAD /users/{id} 200": 1,
      ])
    #expect(active == 1)
  }

  @Test func `who may not call has asked for an operation all the same`() async throws {
    #expect(try await counted([("GET", "/users/7")]).counts == ["GET /users/{id} 401": 1])
  }

  @Test func `paths and methods that there are not are one each`() async throws {
    let requests = (0..<100).map { ("GET", "/a\($0)") } + (0..<50).map { ("X\($0)", "/users/\($0)/x") }
    let (counts, _) = try await counted(requests + [("PUT", "/users/7"), ("GET", "/users")], api: Self.open)
    #expect(
      counts == [
        "GET unmatched 404": 100, "_OTHER unmatched 400": 50, "PUT unmatched 405": 1, "GET unmatched 307": 1,
      ])
  }

  @Test func `the slowest requests are shown, and health checks are none of them`() async throws {
    let api = API(title: "Test", version: "1", Self.api.operations + [Operation(healthCheck: "/livez") {}])
    let slowest = try await withArea { area in
      try await onLoop {
        let meter = RequestMeter(api, MetricRegistry(area, process: getpid()))
        for (target, time) in [("/users/7", 3), ("/livez", 9), ("/users/0", 5), ("/nothing", 4)] as [(String, Int64)]
        {
          let request = Request(method: "GET", target: target)
          meter.begin()
          meter.end(request, await api.respond(to: request), nanoseconds: time * 1000)
        }
        meter.look(at: EventLoop.main.now)
      }
      return area.note(RequestMeter.slowest)
    }
    let note = try #require(slowest)
    guard case .array(let requests) = try JSONParser.parse(Array(note.utf8)) else { throw Unexpected() }
    #expect(requests.map { $0["request uri"] } == ["/users/0", "/nothing", "/users/7"])
    #expect(requests.map { $0["status"] } == [404, 404, 200])
    #expect(requests.map { $0["request duration"] } == [5, 4, 3])
  }

  private struct Unexpected: Error {}

  /// With memory of its own.
  private func withArea<Result>(_ body: (MetricArea) async throws -> Result) async throws -> Result {
    let size = 256 << 10
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    return try await body(try #require(MetricArea(memory, bytes: size)))
  }
}
