internal import EventLoop
internal import Glibc

/// What a worker is called in messages, and what becomes of it in figures.
extension Worker {
  /// The place of the process that answers on the sockets of --admin.
  nonisolated static let admin = 0

  /// What a process does.
  enum State: String, CaseIterable {
    case starting, serving, draining
  }

  /// Why one was replaced that was not told to end.
  enum End: String, CaseIterable {
    case exit, signal, watchdog
  }

  nonisolated static func name(_ number: Int) -> String {
    number == admin ? "the admin's process" : "worker \(number)"
  }

  nonisolated var isAdmin: Bool { number == Self.admin }
  nonisolated var name: String { Self.name(number) }
  var state: State { isLeaving ? .draining : isReady ? .serving : .starting }

  /// Has it finish what it has. It keeps its own deadline; this one is for one that does not, and keeps none that has ended: a
  /// worker holds its generation's program open.
  func dismiss() {
    guard !isLeaving else { return }  // a second signal changes nothing
    isLeaving = true
    kill(process, SIGTERM)
    _ = EventLoop.main.schedule(after: generation.settings.drainTimeout + .seconds(5)) { [weak self] in
      if let self, ending == nil { kill(process, SIGKILL) }
    }
  }
}
