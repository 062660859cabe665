internal import EventLoop

/// Which connection does what: the pool's decisions, without I/O. The clock is a parameter.
struct PoolState {
  /// A connection that has not answered for this long works on something slow, which others should not wait behind.
  static let patience = Duration.milliseconds(2)

  /// While writes are refused, one connection in this time is made anew, to see whether its address leads to another server.
  static let readOnlyPause = Duration.seconds(1)

  /// After a large read the next one waits as long as that took, and no longer than this: what many of them take of the
  /// processors, here and in the server, is half of what there is.
  static let longestRest = Duration.milliseconds(20)

  /// Bytes that the reads of one connection may bring before another is taken as well, as libpq holds them, which is about
  /// twice what is sent. The server sends 8 KiB at a time and libpq reads 16: an answer that comes in pieces behind others
  /// takes several turns here and several system calls on either side, where it would come whole by itself.
  static let freight = 32 << 10

  /// One per connection that the pool may have; nil where there is none at present.
  private(set) var loads: [Load?]
  /// Whether a connection has answered a write with "read-only", and none has taken one since.
  private(set) var refusesWrites = false
  private var lastRefusal: MonotonicTime?
  /// No large read begins before; nil: one may.
  private(set) var rest: MonotonicTime?
  private var way = Way()
  private var shared = (at: MonotonicTime(nanoseconds: .min), by: 1)
  private let lanes: Lanes
  private let depth: Int
  private let isLocal: Bool
  /// Reads do not stack up higher than the server can answer in this time.
  private let stack: Duration
  /// Nothing more is given to a connection that needs this long for what it has; it waits where it can be refused, and is
  /// dropped when its client goes away.
  private let fill: Duration

  /// The same for what shares a commit with others: that takes less than each alone did, and how much less is seen only then.
  private static let groupFill = Duration.milliseconds(250)

  /// For `size` connections with up to `depth` statements on the way on each. A server on this machine has as many
  /// processors as its workers, so that more than one connection of each hardly makes it faster; another may have many more,
  /// and what it is given is on its way for some of the time.
  init(size: Int, depth: Int, isLocal: Bool) {
    loads = Array(repeating: nil, count: max(1, size))
    lanes = Lanes(size: max(1, size))
    self.depth = max(1, depth)
    self.isLocal = isLocal
    stack = .milliseconds(isLocal ? 5 : 1)
    fill = .milliseconds(isLocal ? 50 : 250)
  }

  var connected: Int { loads.count { $0 != nil } }
  var idle: Int { loads.count { $0?.isIdle ?? false } }
  var vacancy: Int? { loads.firstIndex { $0 == nil } }

  // MARK: Which connection next

  /// The connection that a statement should go to, or nil if it has to wait.
  ///
  /// Reads stack up on the first connection that is quick, since together they are cheaper; as high as it gets through
  /// them at once, for several connections work side by side, and as what they bring comes at once. Writes spread, because
  /// commits on one connection wait for the disk one after the other, and on several together. Both avoid what is slow.
  func connection(for demand: Demand, at now: MonotonicTime) -> Int? {
    let allowed = lanes.connections(for: demand)
    if let limit = lanes.limit(of: demand) {
      let isFull = loads.count(where: { $0?.alone == demand }) >= limit
      return isFull || demand == .largeRead && isResting(at: now) ? nil : idle(in: allowed, for: demand)
    }
    if demand.isRead, let quick = allowed.first(where: { isOpen(loads[$0]) && isQuick(loads[$0], now) }) {
      return quick
    }
    var best: Int?
    for index in allowed.reversed() where isOpen(loads[index]) || (demand == .transaction && isFree(index)) {
      if let other = best, !isLess(index, than: other, now) { continue }
      best = index
    }
    return best
  }

  /// A connection that has nothing to do. What is large goes where something large has been.
  private func idle(in allowed: Range<Int>, for demand: Demand) -> Int? {
    let idle = idle(in: allowed)
    return demand == .largeRead ? idle.first { loads[$0]?.swelled != nil } ?? idle.first : idle.first
  }

  private func idle(in allowed: Range<Int>) -> [Int] {
    allowed.filter { loads[$0].map { $0.isIdle && !$0.isRetiring } ?? false }
  }

  private func isResting(at now: MonotonicTime) -> Bool { rest.map { now < $0 } ?? false }

  /// Of the connections that have nothing to do, the last one that answered: nobody knows whether the others would.
  var refuge: Int? {
    let progress = idle(in: lanes.connections(for: .read)).compactMap { index in
      loads[index].map { (index: index, time: $0.progress) }
    }
    return progress.max { $0.time < $1.time }?.index
  }

  /// Whether a connection has reads, and not for itself alone.
  func hasSharedReads(_ index: Int) -> Bool {
    loads[index].map { $0.reads > 0 && $0.alone == nil && !$0.isOwned } ?? false
  }

  var hasSharedReads: Bool { loads.indices.contains { hasSharedReads($0) } }

  /// Whether the connection takes one more statement that shares a commit with others on it.
  func hasRoomInGroup(_ index: Int) -> Bool { isOpen(loads[index], below: Self.groupFill) }

  private func isOpen(_ load: Load?) -> Bool { isOpen(load, below: fill) }

  private func isOpen(_ load: Load?, below limit: Duration) -> Bool {
    guard let load else { return false }
    return !load.isOwned && !load.isRetiring && load.alone == nil && load.total < depth
      && (load.total == 0 || load.work < limit)
  }

  /// A transaction may take a connection that is full: what is on it ends first.
  private func isFree(_ index: Int) -> Bool {
    loads[index].map { !$0.isOwned && !$0.isRetiring } ?? false
  }

  private func isQuick(_ load: Load?, _ now: MonotonicTime) -> Bool {
    load.map { $0.writes == 0 && $0.backlog < stack && $0.freight < Self.freight && !isSlow($0, now) } ?? false
  }

  private func isSlow(_ load: Load, _ now: MonotonicTime) -> Bool {
    load.total > 0 && now - load.progress > Self.patience
  }

  private func isLess(_ left: Int, than right: Int, _ now: MonotonicTime) -> Bool {
    guard let left = loads[left], let right = loads[right] else { return false }
    return (left.isReadOnly ? 1 : 0, isSlow(left, now) ? 1 : 0, left.writes, left.reads) < (
      right.isReadOnly ? 1 : 0, isSlow(right, now) ? 1 : 0, right.writes, right.reads
    )
  }

  /// For how many connections the server has worked until this turn in the time of one: its processors are as many as its
  /// workers, if it is here.
  private mutating func sharing(at now: MonotonicTime) -> Int {
    guard isLocal else { return 1 }
    if now > shared.at { shared = (now, max(1, loads.count { ($0?.reads ?? 0) > 0 })) }
    return shared.by
  }

  // MARK: What happens to them

  mutating func connect(_ index: Int, at now: MonotonicTime) {
    loads[index] = Load(since: now, progress: now)
  }

  mutating func disconnect(_ index: Int) {
    loads[index] = nil
  }

  /// A statement is put on the connection.
  mutating func begin(_ index: Int, _ demand: Demand, isRead: Bool, at now: MonotonicTime) {
    if loads[index]?.total == 0 {
      loads[index]?.progress = now
      loads[index]?.wasIdle = true
    }
    if isRead { loads[index]?.reads += 1 } else { loads[index]?.writes += 1 }
    if lanes.limit(of: demand) != nil { loads[index]?.alone = demand }
  }

  /// It was answered, with so many of its group, by so many bytes. Returns how long that took the server, if it was the first
  /// of its turn: without the way there and back, which is in it where nothing was on the way before.
  mutating func end(
    _ index: Int, isRead: Bool, of group: Int = 1, bytes: Int = 0, at now: MonotonicTime
  ) -> Duration? {
    guard let before = loads[index]?.progress else { return nil }
    if isRead { loads[index]?.noteSize(bytes) }
    if loads[index]?.alone == .largeRead { rest = now + min(now - before, Self.longestRest) }
    let sharing = isRead ? sharing(at: now) : 1
    loads[index]?.answer(at: now, sharing: sharing)
    withdraw(index, isRead: isRead)
    guard now > before else { return nil }
    var work = (now - before).nanoseconds
    if loads[index]?.wasIdle == true { work = way.work(of: work) }
    loads[index]?.wasIdle = false
    return .nanoseconds(work / Int64(max(1, group &* sharing)))
  }

  /// It is on the connection no more. One that was never sent tells nothing of the server's pace.
  mutating func withdraw(_ index: Int, isRead: Bool) {
    if isRead { loads[index]?.reads -= 1 } else { loads[index]?.writes -= 1 }
    if loads[index]?.total == 0 { loads[index]?.alone = nil }
  }

  mutating func own(_ index: Int) {
    loads[index]?.isOwned = true
  }

  mutating func release(_ index: Int) {
    loads[index]?.isOwned = false
  }

  mutating func retire(_ index: Int) {
    loads[index]?.isRetiring = true
  }

  /// Something large has passed through the connection.
  mutating func swell(_ index: Int, at now: MonotonicTime) {
    loads[index]?.swelled = now
  }

  /// A connection to replace because of what it keeps: one through which nothing large has passed for so long.
  func swollen(for time: Duration, at now: MonotonicTime) -> Int? {
    loads.firstIndex { load in
      load?.isRetiring == false && load?.swelled.map { now - $0 >= time } ?? false
    }
  }

  var hasSwollen: Bool { loads.contains { $0?.swelled != nil } }

  /// A write was answered with "read-only". Returns whether to replace the connection: behind its address there may be
  /// another server by now, after a failover. Where there is not, reads go on undisturbed.
  mutating func refuseWrite(_ index: Int, at now: MonotonicTime) -> Bool {
    loads[index]?.isReadOnly = true
    refusesWrites = true
    guard lastRefusal.map({ now - $0 >= Self.readOnlyPause }) ?? true else { return false }
    lastRefusal = now
    return true
  }

  /// A write has gone well again. Returns the connections to replace: if it was not the server itself that has changed,
  /// those that refused, and those that are older.
  mutating func takeWrite(_ index: Int) -> [Int] {
    guard refusesWrites, let taker = loads[index] else { return [] }
    refusesWrites = false
    let stale = loads.indices.filter { other in
      other != index && !taker.isReadOnly && loads[other].map { $0.isReadOnly || $0.since < taker.since } ?? false
    }
    for other in loads.indices { loads[other]?.isReadOnly = false }
    return stale
  }

  /// Whether the connection is to be replaced and has nothing left to do.
  func isDrained(_ index: Int) -> Bool {
    loads[index].map { $0.isRetiring && $0.isIdle } ?? false
  }
}
