import Testing

@testable import Metrics

struct NoteTests {
  private let memory = Memory(4096)

  @Test func `another process reads what was said last`() {
    let registry = MetricRegistry(memory.area, process: 7)
    let counter = registry.counter("a_total", "A.")
    let note = registry.note("slowest", bytes: 64)
    #expect(memory.area.note("slowest") == "")
    for text in ["", "a", "1234567", "12345678", "123456789", "Jürgen 🙂", String(repeating: "x", count: 64), "b"] {
      note.set(text)
      #expect(memory.area.note("slowest") == text)
    }
    counter.add()
    registry.counter("b_total", "B.").add(2)
    #expect(memory.area.readings.map(\.numbers) == [[1], [2]])
    #expect(memory.area.note("fastest") == nil)
  }

  @Test func `a text that has no room is none, and so is a note`() {
    let registry = MetricRegistry(memory.area, process: 7)
    let note = registry.note("slowest", bytes: 64)
    note.set("a")
    note.set(String(repeating: "x", count: 65))
    #expect(memory.area.note("slowest") == "")
    registry.note("large", bytes: 4096).set("a")
    #expect(memory.area.note("large") == nil)
  }

  @Test func `a writer that has ended in the middle says nothing`() {
    let registry = MetricRegistry(memory.area, process: 7)
    registry.note("slowest", bytes: 8).set("a")
    let block = 8 + 1 + 2
    memory.area.words[block] += 1
    #expect(memory.area.note("slowest") == nil)
    memory.area.words[block] += 1
    memory.area.words[block + 1] = .max
    #expect(memory.area.note("slowest") == nil)
    withExtendedLifetime(registry) {}
  }
}
