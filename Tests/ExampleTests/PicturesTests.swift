import APITesting
import Testing

struct PicturesTests {
  @Test func `a body is read to its end`() async throws {
    let api = try TestAPI(Pictures())
    #expect(await api.put("/groups/1/picture", "pixels").description == #"200 {"bytes":6}"#)
  }
}
