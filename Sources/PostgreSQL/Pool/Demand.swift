/// What a statement wants of a connection. Each kind waits in a queue of its own, so that none keeps another waiting that could
/// be served.
enum Demand: Int, CaseIterable {
  /// A read of a few rows by their keys.
  case lookup
  case read
  /// A read that is known to take long: a connection that gets nothing else meanwhile.
  case slowRead
  case write
  /// A connection of its own, until it gives it back.
  case transaction

  var isRead: Bool { self == .lookup || self == .read || self == .slowRead }
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
    case .read, .slowRead: 1..<size
    case .write, .transaction: max(1, size / 4)..<size
    }
  }

  /// How many slow reads may be under way; nil: they are like others.
  var slowReads: Int? { areApart ? size / 2 : nil }
}
