import Testing

@testable import PostgreSQL

struct KnownColumnsTests {
  @Test func `what fits a layout is compared once, and again with another`() throws {
    let known = KnownColumns()
    let (one, other) = (RowLayout([], of: "One"), RowLayout([], of: "Other"))
    var compared: [String] = []
    try known.fit(one) { compared.append("one") }
    try known.fit(one) { compared.append("one") }
    try known.fit(other) { compared.append("other") }
    try known.fit(other) { compared.append("other") }
    try known.fit(one) { compared.append("one") }
    #expect(compared == ["one", "other", "one"])
  }

  @Test func `what does not fit is not taken to fit the next time`() {
    let (known, layout) = (KnownColumns(), RowLayout([], of: "Model"))
    for _ in 0..<2 {
      #expect(throws: DatabaseError.self) {
        try known.fit(layout) { () throws(DatabaseError) in throw .decoding("no") }
      }
    }
  }

  @Test func `a key's column is looked for once for each lookup, and again where there was none`() throws {
    let known = KnownColumns()
    let (one, other) = (LookupStatement("a", .int4) { "\($0)" }, LookupStatement("b", .int4) { "\($0)" })
    #expect(throws: DatabaseError.self) {
      try known.key(of: one) { () throws(DatabaseError) in throw .decoding("no") }
    }
    #expect(try known.key(of: one) { 1 } == 1)
    #expect(try known.key(of: one) { 7 } == 1)
    #expect(try known.key(of: other) { 2 } == 2)
  }
}
