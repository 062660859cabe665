import Testing

@testable import PostgreSQL

struct PreparedNamesTests {
  @Test func `a name is prepared once, and used after that`() {
    var names = PreparedNames(count: 2)
    #expect(names.use(of: 1) == nil)
    let use = names.prepare(1)
    #expect(names.use(of: 1) == use)
    #expect(names.use(of: 0) == nil)
  }

  @Test func `what fails because of a Parse undoes that one, and not one that was sent since`() {
    var names = PreparedNames(count: 1)
    let first = names.prepare(0)  // in a group that failed before it
    names.forget(first)
    let second = names.prepare(0)
    names.forget(first)  // the answer to what was sent by the name before that was known
    #expect(names.use(of: 0) == second)
    names.forget(second)
    #expect(names.use(of: 0) == nil)
  }

  @Test func `what is known of the columns is known of one Parse, and not of the next`() {
    var names = PreparedNames(count: 1)
    #expect(names.columns(of: 0) == nil)
    let first = names.prepare(0)
    let columns = names.columns(of: 0)
    #expect(columns != nil && names.columns(of: 0) === columns)
    names.forget(first)
    #expect(names.columns(of: 0) == nil)
    _ = names.prepare(0)
    #expect(names.columns(of: 0) !== columns)
  }

  @Test func `a name that the server has already can be used`() {
    var names = PreparedNames(count: 1)
    let use = names.prepare(0)
    names.note(.duplicatePreparedStatement, ofParse: use)
    #expect(names.use(of: 0) == use)
    names.note(.undefinedTable, ofParse: use)
    #expect(names.use(of: 0) == nil)
  }
}
