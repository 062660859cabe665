/// What a task has waited for since it took up its present piece of work, such as a request: for its turn, then for an answer, and
/// whose. A database adds to it, and a log reads it.
///
/// Its clock is ``EventLoop/now``: a wait is as exact as the turns of the loop.
@LoopActor public final class Waits {
  /// Nanoseconds until what was asked for had its turn.
  public private(set) var queued: Int64 = 0
  /// Nanoseconds from then until it was answered.
  public private(set) var answered: Int64 = 0
  /// Whether anything was asked for.
  public private(set) var hasWaited = false
  /// The process that was the last to answer, by its number on its own host; 0: none has.
  public private(set) var server: Int32 = 0

  /// Nothing has been waited for.
  public nonisolated init() {}

  /// The next piece of work begins.
  public func begin() {
    (queued, answered, server, hasWaited) = (0, 0, 0, false)
  }

  /// Something that was asked for at one time and had its turn at another has been answered now, or will not be. Without a turn it
  /// was in vain.
  public func add(since asked: MonotonicTime, turn: MonotonicTime?, by server: Int32) {
    let now = EventLoop.main.now
    let turn = turn ?? now
    queued &+= max(0, turn.nanoseconds &- asked.nanoseconds)
    answered &+= max(0, now.nanoseconds &- turn.nanoseconds)
    hasWaited = true
    if server != 0 { self.server = server }
  }
}

nonisolated extension Waits {
  /// Those of the running task; nil where nobody wants to know.
  @TaskLocal public static var ofTask: Waits?
}
