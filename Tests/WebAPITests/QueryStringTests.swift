import Testing

@testable import WebAPI

struct QueryStringTests {
  @Test func `the last value of a repeated name counts`() {
    #expect(QueryString("limit=x&limit=2").last("limit") == "2")
  }

  @Test func `a name without a value has the empty one, an absent name none`() {
    let query = QueryString("skip&&a=")
    #expect(query.last("skip") == "")
    #expect(query.last("a") == "")
    #expect(query.last("b") == nil)
  }

  @Test func `names and values are decoded, semicolons separate nothing`() {
    let query = QueryString("sk%69p=+1&x=0;limit=1=2")
    #expect(query.last("skip") == " 1")
    #expect(query.last("x") == "0;limit=1=2")
  }
}
