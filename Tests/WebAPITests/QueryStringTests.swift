import Testing

@testable import WebAPI

struct QueryStringTests {
  @Test func `the values of a repeated name keep their order`() {
    #expect(QueryString("limit=x&skip=1&limit=2").all("limit") == ["x", "2"])
  }

  @Test func `a name without a value has the empty one, an absent name none`() {
    let query = QueryString("skip&&a=")
    #expect(query.all("skip") == [""])
    #expect(query.all("a") == [""])
    #expect(query.all("b") == [])
  }

  @Test func `names and values are decoded, semicolons separate nothing`() {
    let query = QueryString("sk%69p=+1&x=0;limit=1=2")
    #expect(query.all("skip") == [" 1"])
    #expect(query.all("x") == ["0;limit=1=2"])
  }
}
