import PostgreSQL
import Testing
import WebAPI

@testable import Resources

struct RefusalTests {
  private func refusal(_ state: String, routine: String? = nil) -> Refusal {
    var error = ServerError(SQLState(state), message: "no")
    error.routine = routine
    return Refusal(error)
  }

  @Test(arguments: [
    ("23505", Refusal.conflict), ("23P01", .conflict), ("23503", .conflict), ("23001", .conflict),
    ("23000", .conflict),
    ("23514", .invalid), ("44000", .invalid), ("22P02", .invalid), ("22023", .invalid), ("22001", .tooLong),
    ("54000", .tooLong), ("22021", .notInEncoding), ("22P05", .notInEncoding), ("P0001", .rule), ("P0004", .rule),
    ("38000", .rule), ("09000", .rule), ("27000", .rule),
  ])
  func `what a client can mend is told it`(_ state: String, _ expected: Refusal) {
    #expect(refusal(state) == expected)
  }

  @Test(arguments: [
    "23502", "2200H", "22003", "22012", "42501", "42P01", "42703", "42883", "53100", "55P03", "57014", "40001",
    "40P01",
    "25006",
    "54001", "XX000", "0A000", "28000", "58030", "",
  ])
  func `what no client can mend is the service's`(_ state: String) {
    #expect(refusal(state) == .unavailable)
  }

  @Test func `row-level security forbids, a missing privilege is the operator's`() {
    #expect(refusal("42501", routine: "ExecWithCheckOptions") == .forbidden)
    #expect(refusal("42501", routine: "aclcheck_error") == .unavailable)
  }

  @Test(arguments: [("45000", Refusal.rule), ("23502", .invalid), ("42501", .forbidden), ("53400", .unavailable)])
  func `RAISE may use any code`(_ state: String, _ expected: Refusal) {
    #expect(refusal(state, routine: "exec_stmt_raise") == expected)
  }

  @Test func `the answers say what is safe to say, in FastAPI's shape`() {
    func answer(_ refusal: Refusal, _ method: String = "POST") -> String {
      let response = refusal.answer(to: Request(method: method, target: "/users/"))
      return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
    }
    #expect(answer(.conflict) == #"409 {"detail":"The request conflicts with other data"}"#)
    #expect(answer(.forbidden) == #"403 {"detail":"The database does not permit this"}"#)
    #expect(answer(.rule) == #"400 {"detail":"A rule of the database refuses this"}"#)
    #expect(answer(.unavailable) == #"503 {"detail":"Service Unavailable"}"#)
    #expect(answer(.invalid).hasPrefix(#"422 {"detail":[{"type":"value_error","loc":["body"],"msg":"Value error, "#))
    #expect(answer(.invalid, "DELETE").hasPrefix("409 "))
    #expect(answer(.invalid, "GET").hasPrefix("503 "))
  }
}
