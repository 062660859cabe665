import Glibc
package import Testing

/// Runs tests where they may block: Swift's own threads are as few as the machine's cores, and a test that waits for a
/// process or a socket on one of them keeps all others from running.
package struct OwnThread: SuiteTrait, TestTrait, TestScoping {
  /// Holds for every test of a suite.
  package var isRecursive: Bool { true }

  /// Runs the test's tasks on threads of their own.
  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(ThreadPerJob()) { try await function() }
  }
}

extension Trait where Self == OwnThread {
  /// See ``OwnThread``.
  package static var ownThread: OwnThread { OwnThread() }
}

/// Gives every piece of work a new thread.
private final class ThreadPerJob: TaskExecutor {
  private final class Work {
    let job: UnownedJob
    let executor: ThreadPerJob

    init(_ job: UnownedJob, _ executor: ThreadPerJob) {
      self.job = job
      self.executor = executor
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let work = Unmanaged.passRetained(Work(UnownedJob(job), self))
    var thread = pthread_t()
    let error = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
        work.job.runSynchronously(on: work.executor.asUnownedTaskExecutor())
        return nil
      }, work.toOpaque())
    precondition(error == 0, "pthread_create: \(error)")
    pthread_detach(thread)
  }
}
