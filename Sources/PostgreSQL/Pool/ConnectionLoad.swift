internal import EventLoop

extension PoolState {
  /// What a connection has to do, and how it gets on with it.
  struct Load {
    var reads = 0
    var writes = 0
    var isOwned = false
    /// What it has for itself, and gets nothing else meanwhile.
    var alone: Demand?
    /// To be replaced: finishes what it has and gets nothing new.
    var isRetiring = false
    /// It has answered a write with "read-only".
    var isReadOnly = false
    /// When something large last passed through it: it keeps the memory that this took.
    var swelled: MonotonicTime?
    /// When it was made.
    let since: MonotonicTime
    /// When it last answered, or was given the first of what it has.
    var progress: MonotonicTime
    /// Nothing was on the way before what is answered next.
    var wasIdle = false
    /// How many answers came then, in one turn of the loop, and after how long.
    var answers: Int64 = 0
    var wait: Int64 = 0
    /// Nanoseconds that an answer takes, as a moving average.
    var pace: Int64 = 0
    /// Bytes of what a read brings, as a moving average.
    var size = 0

    /// Notes an answer. How many a turn brought is known when the next one brings some. Meanwhile the server has worked for so
    /// many connections; else each would seem slower the more there are, and get less, so that still more are needed.
    mutating func answer(at now: MonotonicTime, sharing connections: Int) {
      if now > progress {
        if answers > 0 { pace += (wait / answers - pace) / 8 }
        (answers, wait) = (0, (now - progress).nanoseconds / Int64(max(1, connections)))
        progress = now
      }
      answers += 1
    }

    /// A read has brought so many bytes.
    mutating func noteSize(_ bytes: Int) { size += (bytes - size) / 8 }

    /// How long the reads that it has will take.
    var backlog: Duration { .nanoseconds(pace &* Int64(reads)) }

    /// How long all that it has will take; as soon as it has anything.
    var work: Duration { .nanoseconds(pace &* Int64(total)) }

    /// How much the reads that it has will bring, if they are like the last ones.
    var freight: Int { size &* reads }

    var total: Int { reads + writes }
    var isIdle: Bool { total == 0 && !isOwned }
  }
}
