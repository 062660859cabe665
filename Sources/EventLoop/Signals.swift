internal import CLinux
internal import Glibc

/// Signals as events of the loop (signalfd(2)): no handler ever interrupts other code.
public final class Signals: EventHandler {
  /// -1 once they are no longer delivered.
  private var descriptor: Int32
  private let action: @LoopActor (Int32) -> Void

  /// Blocks `signals` for the process and calls `action` with the number of each that arrives. Call it before
  /// another thread exists; children that are to receive them need an unblocked mask.
  @LoopActor public init(_ signals: [Int32], _ action: @escaping @LoopActor (Int32) -> Void) throws(LoopError) {
    var mask = sigset_t()
    sigemptyset(&mask)
    for signal in signals { sigaddset(&mask, signal) }
    pthread_sigmask(SIG_BLOCK, &mask, nil)
    descriptor = signalfd(-1, &mask, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
    self.action = action
    guard descriptor >= 0 else { throw LoopError(errno: Glibc.errno) }
    try EventLoop.main.watch(descriptor, for: .readable, self)
  }

  /// Reads the signals that have arrived; the loop calls it.
  public func ready(_ readiness: Readiness) {
    var info = signalfd_siginfo()
    while descriptor >= 0,
      read(descriptor, &info, MemoryLayout.size(ofValue: info)) == MemoryLayout.size(ofValue: info)
    {
      action(Int32(info.ssi_signo))
    }
  }

  /// Ends the delivery, also from within `action`; the signals stay blocked.
  @LoopActor public func stop() {
    EventLoop.main.ignore(descriptor)
    close(descriptor)
    descriptor = -1
  }
}
