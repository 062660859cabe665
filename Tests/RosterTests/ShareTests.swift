import TestSupport
import Testing

@testable import roster

struct ShareTests {
  /// What one gives away that has so many, and had them the last time.
  private func excess(_ own: Int, beside others: [Int]) -> Int {
    var share = Share()
    _ = share.excess(own, beside: others)
    return share.excess(own, beside: others)
  }

  @Test(arguments: [
    (64, [0], 16), (95, [0], 24), (48, [16], 8), (52, [12], 10), (73, [18], 14), (50, [17], 8), (151, [107], 11),
    (38, [28], 3), (33, [1, 0, 30], 9), (30, [1, 33, 0], 7), (56, [14, 16, 2], 17), (32, [12, 21, 0], 8),
    (24, [18, 4, 18], 4), (18, [24, 4, 18], 1), (19, [19, 18, 9], 1), (4096, [0], 1024), (5, [3], 1), (2, [0], 1),
    (3, [0], 1),
  ])
  func `half of what is beyond the share is given away`(own: Int, others: [Int], given: Int) {
    #expect(excess(own, beside: others) == given)
  }

  @Test(arguments: [
    (0, []), (64, []), (0, [64]), (16, [48]), (31, [33]), (33, [31]), (36, [28]), (36, [32, 32, 28]),
    (16, [17, 17, 14]), (1, [0, 0, 0]),
    (1, [1]), (2, [1, 1, 1]), (0, [0, 0]),
  ])
  func `nothing is given away where none has an eighth too much or too little, and where nobody else is`(
    own: Int, others: [Int]
  ) {
    #expect(excess(own, beside: others) == 0)
  }

  @Test func `what has just come is given away only if it still is too much the next time`() {
    var share = Share()
    #expect(share.excess(50, beside: [0]) == 0)
    #expect(share.excess(50, beside: [50]) == 0, "the other had only not told yet")
    #expect(share.excess(70, beside: [50]) == 0)
    #expect(share.excess(100, beside: [50]) == 5, "10 were too many the last time already")
  }

  /// Workers that look one after another, as often as they do in some seconds; web servers connect again a look later if
  /// they have `load`, to any worker that does not leave connections to others.
  private func settle(_ counts: [Int], load: Bool, seconds: Int) -> [Int] {
    var random = Xorshift(seed: 7)
    var (counts, shares) = (counts, counts.map { _ in Share() })
    var leaves = counts.map { _ in false }
    var coming = 0
    for _ in 0..<seconds * 4 {
      let open = counts.indices.filter { !leaves[$0] }
      for _ in 0..<coming where load { counts[open[Int.random(in: open.indices, using: &random)]] += 1 }
      coming = 0
      for worker in counts.indices {
        let others = counts.indices.filter { $0 != worker }.map { counts[$0] }
        let given = shares[worker].excess(counts[worker], beside: others)
        counts[worker] -= given
        coming += given
        leaves[worker] = given > 0
      }
    }
    return counts
  }

  @Test(
    arguments: [
      [64, 0], [95, 0], [48, 16], [151, 107], [30, 1, 33, 0], [56, 14, 16, 2], [12, 21, 32, 0], [18, 4, 24, 18],
      [4096, 0, 0, 0], [64, 64, 64, 0], [0, 0, 0, 0, 0, 0, 0, 300], [7, 0, 0, 0],
    ], [true, false])
  func `within four seconds each has its share under load, and within ten without`(counts: [Int], load: Bool) {
    let settled = settle(counts, load: load, seconds: load ? 4 : 10)
    let total = settled.reduce(0, +)
    let share = (total + counts.count - 1) / counts.count
    #expect(settled.allSatisfy { $0 * 4 <= share * 5 }, "\(settled)")
    if load { #expect(settled.allSatisfy { $0 * 4 >= total / counts.count * 3 }, "\(settled)") }
    #expect(settle(settled, load: load, seconds: 60).allSatisfy { $0 * 4 <= share * 5 }, "they stay there")
  }
}
