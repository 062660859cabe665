/// Which statements of a turn share a Sync, and so a transaction and a commit.
///
/// All reads of the turn share one; so do all writes that may share a commit. Everything else has its own, since a Sync is
/// what commits. BEGIN goes with the statement after it.
struct SyncPlan {
  /// What a statement allows.
  enum Sharing {
    /// To go with other reads.
    case reads
    /// To go with other writes that allow it.
    case writes
    /// To go with the statement after it.
    case next
    case nothing
  }

  /// What a statement takes besides itself, in this order: around it, what belongs to its group.
  struct Steps: OptionSet {
    let rawValue: UInt8
    /// The Sync of the group before.
    static let endsGroup = Steps(rawValue: 1)
    /// It is the first of its group.
    static let beginsGroup = Steps(rawValue: 2)
    /// It is the first of several writes.
    static let limitsLockWaits = Steps(rawValue: 4)
    /// Nothing joins it: its Sync follows at once.
    static let endsItself = Steps(rawValue: 8)
  }

  /// What the statements since the last Sync share; nil where there are none.
  private var group: Sharing?

  /// Whether a Sync is due at the end of the turn.
  var isOpen: Bool { group != nil }

  /// What goes with a statement; `next` is what the one behind it allows.
  mutating func add(_ sharing: Sharing, before next: Sharing?) -> Steps {
    var steps: Steps = []
    if let group, group != .next, group != sharing {
      steps.insert(.endsGroup)
      self.group = nil
    }
    if group == nil {
      steps.insert(.beginsGroup)
      if sharing == .writes, next == .writes { steps.insert(.limitsLockWaits) }
    }
    group = sharing
    if sharing == .nothing { steps.insert(.endsItself) }
    return steps
  }

  /// A Sync was sent.
  mutating func end() {
    group = nil
  }
}
