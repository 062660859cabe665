import Testing

@testable import roster

struct LogBacklogTests {
  private let line = Array("\(String(repeating: "-", count: 99))\n".utf8)

  private func backlog() -> LogBacklog { LogBacklog { Array("\($0) missing\n".utf8) } }

  /// Everything that is to be written, one write after another.
  private func drained(_ backlog: inout LogBacklog) -> [[UInt8]] {
    var writes: [[UInt8]] = []
    while let chunk = backlog.next() {
      writes.append(chunk)
      backlog.written()
    }
    return writes
  }

  private func text(_ writes: [[UInt8]]) -> String { String(decoding: writes.joined(), as: UTF8.self) }

  @Test func `lines come out as they went in, whole ones together, no more than a pipe takes at once`() {
    var backlog = backlog()
    let lines = (0..<300).map { Array("\($0)\(String(repeating: "=", count: $0))\n".utf8) }
    for line in lines { backlog.add(line, isCritical: false) }
    let writes = drained(&backlog)
    #expect(writes.flatMap { $0 } == lines.flatMap { $0 })
    for write in writes {
      #expect(write.count <= 4096)
      #expect(write.last == UInt8(ascii: "\n"))
    }
    for (write, next) in zip(writes, writes.dropFirst()) { #expect(write.count + next.count > 4096) }
  }

  @Test func `one at a time writes`() {
    var backlog = backlog()
    for _ in 0..<100 { backlog.add(line, isCritical: false) }
    #expect(backlog.next() != nil)
    #expect(backlog.next() == nil)
    #expect(!backlog.isEmpty)
    backlog.written()
    #expect(backlog.next() != nil)
  }

  @Test func `what waits is bounded, and what was dropped is told in one line at its place`() {
    var backlog = backlog()
    for _ in 0..<10_000 { backlog.add(line, isCritical: false) }
    let kept = LogBacklog.limit / line.count
    let first = backlog.next()
    backlog.add(Array("late\n".utf8), isCritical: false)  // there is room, but what is before it is missing
    backlog.written()
    let text = text([first ?? []] + drained(&backlog))
    #expect(text.hasSuffix("-\n\(10_001 - kept) missing\n"))
    #expect(text.utf8.count == kept * line.count + "\(10_001 - kept) missing\n".utf8.count)
    backlog.add(Array("next\n".utf8), isCritical: false)
    #expect(self.text(drained(&backlog)) == "next\n")
  }

  @Test func `lines that are dropped again and again are counted each time`() {
    var backlog = backlog()
    var (kept, told) = (0, 0)
    for _ in 0..<50 {
      for _ in 0..<1000 { backlog.add(line, isCritical: false) }
      for text in text(drained(&backlog)).split(separator: "\n") {
        if text.hasSuffix(" missing") { told += Int(text.prefix { $0.isNumber }) ?? 0 } else { kept += 1 }
      }
    }
    #expect(kept + told == 50_000)
    #expect(backlog.dropped == told)
    #expect(kept > 0 && told > 0)
  }

  @Test func `a critical line finds room where others do not, and is bounded as well`() {
    var backlog = backlog()
    for _ in 0..<10_000 { backlog.add(line, isCritical: false) }
    for _ in 0..<10_000 { backlog.add(Array("critical\n".utf8), isCritical: true) }
    let text = text(drained(&backlog))
    #expect(text.contains("critical\n"))
    #expect(text.utf8.count <= LogBacklog.limit + LogBacklog.reserve + 100)
  }

  @Test func `what cannot be written is missing, and told with the next line that can`() {
    var backlog = backlog()
    for number in 0..<3 {
      for _ in 0..<100 { backlog.add(line, isCritical: false) }
      #expect(backlog.next() != nil, "try \(number)")
      backlog.failed()
      #expect(backlog.next() == nil, "it is not tried again and again")
    }
    backlog.add(Array("next\n".utf8), isCritical: false)
    #expect(text(drained(&backlog)) == "300 missing\nnext\n")
    #expect(backlog.dropped == 300)
  }

  @Test func `a notice that cannot be written is not forgotten`() {
    var backlog = backlog()
    for _ in 0..<1000 { backlog.add(line, isCritical: false) }
    let kept = LogBacklog.limit / line.count
    for _ in 0..<17 where backlog.next() != nil { backlog.written() }  // all but the notice
    #expect(backlog.next() == Array("\(1000 - kept) missing\n".utf8))
    backlog.failed()
    backlog.add(line, isCritical: false)
    _ = backlog.next()
    backlog.failed()
    backlog.add(Array("next\n".utf8), isCritical: false)
    #expect(text(drained(&backlog)) == "\(1001 - kept) missing\nnext\n")
    #expect(backlog.dropped == 1001 - kept)
  }

  @Test func `what is longer than a pipe takes is written in pieces`() {
    var backlog = backlog()
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000) + [UInt8(ascii: "\n")]
    backlog.add(long, isCritical: true)
    #expect(drained(&backlog).map(\.count) == [4096, 4096, 1809])
  }
}
