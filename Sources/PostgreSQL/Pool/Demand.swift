/// What a statement wants of a connection. Each kind waits in a queue of its own, so that none keeps another waiting that could
/// be served.
enum Demand: Int, CaseIterable {
  /// A read of a few rows by their keys.
  case lookup
  case read
  /// A read that is known to take long: a connection that gets nothing else meanwhile.
  case slowRead
  /// A read whose result may be large, which takes memory and a turn of the loop: such a connection, and one after another.
  case largeRead
  case write
  /// A connection of its own, until it gives it back.
  case transaction

  var isRead: Bool { self == .lookup || self == .read || isPatient }
  /// It passes slowly, and holds up none but its like.
  var isPatient: Bool { self == .slowRead || self == .largeRead }
}

/// Which connections of a pool are for what: those in front are kept from what may take long. A pool of fewer than four has too
/// few to tell them apart.
struct Lanes {
  private let size: Int

  init(size: Int) {
    self.size = size
  }

  private var areApart: Bool { size >= 4 }

  /// The connections that a demand may have, by their numbers.
  func connections(for demand: Demand) -> Range<Int> {
    guard areApart else { return 0..<size }
    return switch demand {
    case .lookup: 0..<size
    case .read, .slowRead, .largeRead: 1..<size
    case .write, .transaction: max(1, size / 4)..<size
    }
  }

  /// How many of these may be under way, each with a connection for itself; nil: they share connections with others.
  func limit(of demand: Demand) -> Int? {
    switch demand {
    case .slowRead where areApart: size / 2
    case .largeRead where areApart: 1
    default: nil
    }
  }
}
