import Glibc
import TestSupport
import Testing

@testable import EventLoop

struct EventLoopTests {
  @Test func `alone in its process, the loop runs everything on its thread`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      try EventLoop.main.run {
        let thread = pthread_self()
        var same = true
        await EventLoop.main.sleep(for: .milliseconds(1))
        same = same && pthread_self() == thread
        async let child = threadOfAChild()
        same = await child == thread && same
        await Task.yield()
        same = await Task.detached { await threadOfAChild() }.value == thread && same
        exit(same && pthread_self() == thread ? 7 : 1)
      }
    }
  }

  @Test func `beside others, the loop runs what is isolated to it`() async throws {
    let same = try await onLoop {
      let thread = pthread_self()
      await EventLoop.main.sleep(for: .milliseconds(1))
      return pthread_self() == thread
    }
    #expect(same)
  }

  @Test func `the loop knows whether it gets what names no executor`() async throws {
    #expect(try await onLoop { EventLoop.main.takesTasks() } == false)
    await #expect(processExitsWith: .exitCode(7)) {
      try EventLoop.main.run { exit(EventLoop.main.takesTasks() ? 7 : 1) }
    }
  }

  @Test func `a descriptor that becomes readable calls its handler until it is ignored`() async throws {
    let calls = try await onLoop {
      let pipe = try Pipe()
      defer { pipe.close() }
      let reader = Counter()
      try EventLoop.main.watch(pipe.reading, for: .readable, reader)
      pipe.write()
      await reader.waitForFirst()
      EventLoop.main.ignore(pipe.reading)
      let calls = reader.calls
      await EventLoop.main.sleep(for: .milliseconds(3))
      return reader.calls - calls
    }
    #expect(calls == 0)
  }

  @Test func `a deadline passes once, not early, and a cancelled one never`() async throws {
    let (waited, cancelled) = try await onLoop {
      var cancelled = true
      let deadline = EventLoop.main.schedule(after: .milliseconds(1)) { cancelled = false }
      EventLoop.main.cancel(deadline)
      let start = MonotonicTime.now()
      await EventLoop.main.sleep(for: .milliseconds(5))
      return (MonotonicTime.now() - start, cancelled)
    }
    #expect(waited >= .milliseconds(5))
    #expect(cancelled)
  }

  @Test func `the end of the turn comes after every task that could run`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      try EventLoop.main.run {
        let log = Log()
        EventLoop.main.callAtEndOfTurn(log)
        async let first: Void = log.add("task 1")
        async let second: Void = log.add("task 2")
        _ = await (first, second)
        await log.waitForTurnEnd()
        exit(log.lines.last == "turn ended" && log.lines.count == 3 ? 7 : 1)
      }
    }
  }

  @Test func `a bad descriptor is refused with the system's number`() async throws {
    await #expect(throws: LoopError(errno: EBADF)) {
      try await onLoop { try EventLoop.main.watch(9999, for: .readable, Counter()) }
    }
  }

  @Test func `a signal reaches its action as an event`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      try EventLoop.main.run {
        _ = try? Signals([SIGUSR1]) { exit($0 == SIGUSR1 ? 7 : 1) }
        pthread_kill(pthread_self(), SIGUSR1)
        await EventLoop.main.sleep(for: .seconds(10))
        exit(2)
      }
    }
  }
}

private nonisolated func threadOfAChild() async -> pthread_t { pthread_self() }

@LoopActor private final class Counter: EventHandler {
  var calls = 0
  private var waiting: UnsafeContinuation<Void, Never>?

  func ready(_ readiness: Readiness) {
    calls += 1
    waiting.take()?.resume()
  }

  func waitForFirst() async {
    await withUnsafeContinuation { waiting = $0 }
  }
}

@LoopActor private final class Log: TurnHandler {
  var lines: [String] = []
  private var waiting: UnsafeContinuation<Void, Never>?

  func add(_ line: String) { lines.append(line) }

  func turnEnded() {
    lines.append("turn ended")
    waiting.take()?.resume()
  }

  func waitForTurnEnd() async {
    if lines.last == "turn ended" { return }
    await withUnsafeContinuation { waiting = $0 }
  }
}

struct Pipe {
  let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    (reading, writing) = (ends[0], ends[1])
  }

  func write() { _ = Glibc.write(writing, "x", 1) }

  func close() {
    _ = Glibc.close(reading)
    _ = Glibc.close(writing)
  }
}
