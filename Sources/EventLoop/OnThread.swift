internal import Glibc

/// Runs `body`, which blocks, on a thread of its own that lives as long as it. False if the system has no thread left.
package nonisolated func onThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  var thread = pthread_t()
  // Unsafe: the thread takes over the one reference that is retained for it.
  let context = Unmanaged.passRetained(Work(body))
  guard pthread_create(&thread, nil, runWork, context.toOpaque()) == 0 else {
    context.release()
    return false
  }
  pthread_detach(thread)
  return true
}

private final class Work: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}

private nonisolated func runWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
  return nil
}
