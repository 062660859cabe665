import APITesting
import Resources
import Testing

/// The operation of Documentation/resources.md that has every argument.
struct NotesTests {
  @Test func `each answer is one that is documented`() async throws {
    let api = try TestAPI(Notes())
    let new = await api.put("/notes/201", #"{"text": "a"}"#)
    #expect((new.description, new.header("Location")) == (#"201 {"text":"a"}"#, "/notes/201"))
    let old = await api.put("/notes/1", #"{"text": "a"}"#)
    #expect((old.status, old.header("Location")) == (200, nil))
    #expect(await api.put("/notes/304", #"{"text": "a"}"#).description == "304")
    let responses = api.document["paths"]?["/notes/{note_id}"]?["put"]?["responses"]
    #expect(responses?["201"]?["description"] == "The note is new")
    #expect(responses?["200"]?["description"] == "The note was there")
    #expect(responses?["409"]?["description"] == "The text is taken; The request conflicts with other data")
  }
}
