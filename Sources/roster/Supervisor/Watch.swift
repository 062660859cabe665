internal import EventLoop
internal import Glibc
internal import Logging

/// A worker that no longer turns, stopped or in an endless loop, would keep its connections and whatever comes on them for
/// ever: it is ended, and another takes its place. One at a time, since what is wrong may be elsewhere.
extension Supervisor {
  /// Looks after the workers from now on.
  func keepVigil() {
    look(Vigil(at: .now()))
  }

  private func look(_ vigil: Vigil) {
    var vigil = vigil
    let isEnding = workers.values.contains(where: \.isLeaving)
    let verdict = vigil.look(signs, isFull: isFull, isEnding: isEnding, at: .now())
    if hasStarted, predecessor != nil || verdict == .well { manager?.answers() }
    if case .replace(let process) = verdict, let worker = workers[process], Secrecy.isWanted {
      replaceSilent(worker)
    }
    _ = EventLoop.main.schedule(after: Vigil.interval) { [self] in look(vigil) }
  }

  /// Of those who are to answer, or to begin.
  private var signs: [pid_t: Vigil.Sign] {
    workers.filter { !$1.isLeaving }.compactMapValues(\.sign)
  }

  private var isFull: Bool { (1...places).allSatisfy { holder(of: $0) != nil } }

  /// By one that is started at once: what the kernel holds, at a disk for example, may take long to end.
  private func replaceSilent(_ worker: Worker) {
    logger.error(
      "\(worker.name) has not answered for \(worker.sign?.patience ?? Vigil.patience): it is ended, and replaced",
      metadata: ["worker": "\(worker.process)"])
    worker.isLeaving = true
    if !worker.isAdmin { figures?.restarted(.watchdog) }
    kill(worker.process, SIGKILL)
    fillPlaces()
  }
}
