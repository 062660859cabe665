import Resources

/// What a client sends, and gets back.
struct Note: Schema {
  let text: String

  static let schema = ObjectSchema<Note>("Note", Note.init, Field("text", \.text))
}

/// An operation that says all that can be said.
struct Notes: Resource {
  private let names = Violations(["notes_text_key": HTTPError(409, "The text is taken")])

  func operations(_ session: Depends<Session>) -> [Operation] {
    Operation(
      .put, "/notes/{note_id}", "put_note",  // operationId and summary are made of the name
      Inputs(Path<Int32>("note_id"), Body<Note>()),  // what the handler gets, in its order
      returns: Answer<Note>.self,
      status: 201,  // of success; without it 200
      responseDescription: "The note is new",  // without it "Successful Response"
      also: [200: "The note was there", 304: "It has this text already"],
      headers: ["Location", "ETag"],  // what these answers may have of them
      errors: [HTTPError(404, "No such note")],  // what the handler throws
      translating: names,  // what the database's errors become
      tags: ["notes"], summary: "Write a note", description: "Makes it, or *replaces* it."
    ) { id, note in
      if id == 304 { return .empty(304) }
      let isNew = id > 200
      return Answer(note, status: isNew ? nil : 200, headers: ["Location": isNew ? "/notes/\(id)" : nil])
    }
  }
}
