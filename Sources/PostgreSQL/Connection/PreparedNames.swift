/// Which of the program's statements the server has under their names, on one connection, as far as its answers tell.
///
/// More is sent before the answers come: a name is used as soon as its Parse is on its way. So each Parse has a number,
/// and what fails because of it undoes that Parse only, not one that was sent meanwhile.
struct PreparedNames {
  /// A use of a name, or the Parse itself.
  struct Use: Hashable, Sendable {
    let number: Int
    fileprivate let preparation: UInt32
  }

  private struct Preparation {
    let number: UInt32
    let columns = KnownColumns()
  }

  /// The last Parse of each name, by the statements' numbers; nil where the name has to be prepared before it is used.
  private var preparations: [Preparation?]
  private var last: UInt32 = 0

  /// For statements with numbers below `count`.
  init(count: Int) {
    preparations = Array(repeating: nil, count: count)
  }

  /// nil where a Parse has to come first.
  func use(of number: Int) -> Use? {
    preparations[number].map { Use(number: number, preparation: $0.number) }
  }

  /// What is known of the results of the last Parse.
  func columns(of number: Int) -> KnownColumns? { preparations[number]?.columns }

  /// A Parse of the name is sent.
  mutating func prepare(_ number: Int) -> Use {
    last &+= 1
    preparations[number] = Preparation(number: last)
    return Use(number: number, preparation: last)
  }

  /// The server has not executed the Parse that this use relied on, or no longer knows the name. A later Parse stays.
  mutating func forget(_ use: Use) {
    if preparations[use.number]?.number == use.preparation { preparations[use.number] = nil }
  }

  /// What the refusal of a Parse tells: a name that the server has already is ours, for names are made of what they stand
  /// for (``Statement/name(_:_:)``).
  mutating func note(_ refusal: SQLState, ofParse use: Use) {
    if refusal != .duplicatePreparedStatement { forget(use) }
  }
}
