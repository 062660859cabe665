import Testing

@testable import PostgreSQL

struct ProgramTextTests {
  @Test(arguments: ["", "id", "Ünïcödé 🏗️"]) func `what is made of names is one text for equal ones`(text: String) {
    let made = ProgramText.made(text)
    #expect(String(made) == text)
    #expect(ProgramText.made(text + "") == made)
    #expect(ProgramText.made(text + "x") != made)
  }

  @Test func `a literal is the same at the same place, also one of a single character`() {
    func literals() -> [ProgramText] { [ProgramText("SELECT"), ProgramText(")"), ProgramText("ö"), ProgramText("")] }
    #expect(literals() == literals())
    #expect(literals().map { String($0) } == ["SELECT", ")", "ö", ""])
  }
}
