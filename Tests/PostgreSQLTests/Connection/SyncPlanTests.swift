import Testing

@testable import PostgreSQL

struct SyncPlanTests {
  /// What goes with each of these statements, in one turn.
  private func steps(_ turn: [SyncPlan.Sharing]) -> [SyncPlan.Steps] {
    var plan = SyncPlan()
    return turn.indices.map { index in
      let steps = plan.add(turn[index], before: index + 1 < turn.count ? turn[index + 1] : nil)
      if steps.contains(.endsItself) { plan.end() }
      return steps
    }
  }

  @Test func `reads go together, and so do writes that share a commit, the first of which limits their waiting`() {
    #expect(steps([.reads, .reads]) == [.beginsGroup, []])
    #expect(steps([.writes, .writes, .writes]) == [[.beginsGroup, .limitsLockWaits], [], []])
    #expect(steps([.writes]) == [.beginsGroup])
  }

  @Test func `reads and writes do not go together`() {
    #expect(
      steps([.reads, .writes, .reads]) == [.beginsGroup, [.endsGroup, .beginsGroup], [.endsGroup, .beginsGroup]])
    #expect(steps([.reads, .writes, .writes])[1] == [.endsGroup, .beginsGroup, .limitsLockWaits])
  }

  @Test func `everything else has a Sync of its own`() {
    #expect(
      steps([.nothing, .nothing, .reads, .nothing]) == [
        [.beginsGroup, .endsItself], [.beginsGroup, .endsItself], .beginsGroup,
        [.endsGroup, .beginsGroup, .endsItself],
      ])
  }

  @Test func `BEGIN goes with the statement after it`() {
    #expect(steps([.reads, .next, .nothing]) == [.beginsGroup, [.endsGroup, .beginsGroup], .endsItself])
  }

  @Test func `a turn that ends with others of its kind leaves a Sync to be sent`() {
    var plan = SyncPlan()
    #expect(!plan.isOpen)
    _ = plan.add(.reads, before: nil)
    #expect(plan.isOpen)
    plan.end()
    #expect(!plan.isOpen)
  }
}
