import Testing

@testable import PostgreSQL

struct PipelineTests {
  @Test func `a Sync settles what was answered before it, and no more`() {
    var pipeline = Pipeline<String>()
    for step in [.prepare("a"), .execute("a"), .execute("b"), .sync, .execute("c"), .sync] as [Pipeline<String>.Step]
    {
      pipeline.append(step)
    }
    for _ in 0..<3 { pipeline.advance() }
    #expect(pipeline.settle() == ["a", "b"])
    pipeline.advance()
    #expect(pipeline.settle() == ["c"])
    #expect(pipeline.isEmpty)
  }

  @Test func `a Sync that was not sent breaks the protocol`() {
    var pipeline = Pipeline<String>()
    #expect(pipeline.settle() == nil)
    pipeline.append(.execute("a"))
    #expect(pipeline.settle() == nil)
  }

  @Test func `an end of results does not pass over a Sync`() {
    var pipeline = Pipeline<String>()
    pipeline.append(.sync)
    pipeline.advance()
    #expect(pipeline.settle() == [])
  }

  @Test func `after a loss each statement is known as answered, being executed or behind`() {
    var pipeline = Pipeline<String>()
    for step in [.execute("a"), .prepare("b"), .execute("b"), .sync, .execute("c"), .sync] as [Pipeline<String>.Step]
    {
      pipeline.append(step)
    }
    pipeline.advance()
    let (answered, head, behind) = pipeline.removeAll()
    #expect((answered, head, behind) == (["a"], "b", ["c"]))
    #expect(pipeline.isEmpty)
  }

  @Test func `a loss while a Sync is awaited finds no statement being executed`() {
    var pipeline = Pipeline<String>()
    for step in [.execute("a"), .sync, .execute("b"), .sync] as [Pipeline<String>.Step] { pipeline.append(step) }
    pipeline.advance()
    let (answered, head, behind) = pipeline.removeAll()
    #expect((answered, head, behind) == (["a"], nil, ["b"]))
  }

  @Test func `a loss before the setting for a group is answered finds none of it being executed`() {
    var pipeline = Pipeline<String>()
    let steps: [Pipeline<String>.Step] = [
      .setting(nil), .setting(nil), .prepare("a"), .execute("a"), .execute("b"), .sync,
    ]
    for step in steps { pipeline.append(step) }
    pipeline.advance()
    let (answered, head, behind) = pipeline.removeAll()
    #expect((answered, head, behind) == ([], nil, ["a", "b"]))
  }

  @Test func `the setting for a group is none of its statements`() {
    var pipeline = Pipeline<String>()
    for step in [.setting(nil), .execute("a"), .sync] as [Pipeline<String>.Step] { pipeline.append(step) }
    #expect(pipeline.unsettled == ["a"])
    for _ in 0..<2 { pipeline.advance() }
    #expect(pipeline.settle() == ["a"])
  }
}

struct QueueTests {
  @Test func `elements come out in the order in which they went in, across growth and wrap-around`() {
    var queue = Queue<Int>()
    var (next, expected) = (0, 0)
    for round in 0..<100 {
      for _ in 0..<(round % 7 + 1) {
        queue.append(next)
        next += 1
      }
      for _ in 0..<(round % 5 + 1) {
        guard let element = queue.popFirst() else { continue }
        #expect(element == expected)
        expected += 1
      }
    }
    #expect(queue.removeAll() == Array(expected..<next))
    #expect(queue.isEmpty && queue.first == nil && queue.popFirst() == nil)
  }

  @Test func `elements can be taken out of the middle`() {
    var queue = Queue<Int>()
    for number in 0..<20 { queue.append(number) }
    queue.remove { $0 % 2 == 1 }
    #expect(queue.removeAll() == Array(stride(from: 0, to: 20, by: 2)))
  }
}
