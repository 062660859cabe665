import Testing

@testable import Metrics

struct SequenceLockTests {
  private let memory = Memory(64)
  private var lock: SequenceLock { SequenceLock(number: memory.area.words) }

  @Test func `what is read is of before a change or of after it`() {
    var (value, tries) = (1, 0)
    let read = lock.consistent {
      tries += 1
      if tries == 1 { lock.change { value = 2 } }
      return value
    }
    #expect((read, tries) == (2, 2))
    #expect(lock.consistent { value } == 2)
  }

  @Test func `during a change nothing is read`() {
    lock.change { #expect(lock.consistent { 1 } == nil) }
    #expect(lock.consistent { 1 } == 1)
  }
}
