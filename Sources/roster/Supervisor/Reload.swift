internal import EventLoop
internal import Glibc
internal import Logging

/// SIGHUP: new workers take the places of the old ones, with the program and the configuration of now.
///
/// One place after another: a new worker is started and connects to the database; only when it accepts connections, the
/// old one is told to finish. Where a new one ends before, nothing more is replaced.
extension Supervisor {
  private static let longestStart = Duration.seconds(30)

  private struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Begins a reload. One that is under way is finished first; however often it is asked for meanwhile, one follows.
  func reload() {
    wantsReload = true
    if isReloading { return }
    isReloading = true
    EventLoop.main.start { [self] in
      while wantsReload, !isStopping {
        wantsReload = false
        await replaceWorkers()
      }
      isReloading = false
    }
  }

  // MARK: Who waits for it

  /// Is asked from now on.
  func openControl() {
    do { control = try ControlSocket { [self] in hangUp() } } catch { logger.warning("\(error)") }
  }

  /// Is asked from now on in the place of the responder that it was.
  func take(_ control: ControlSocket?) {
    self.control = control
    control?.whenAsked = { [self] in hangUp() }
  }

  // MARK: One after another

  private func replaceWorkers() async {
    let asking = control?.takeAsking() ?? []
    logger.notice("reloading")
    manager?.reloading()
    do {
      try await replacePlaces()
      logger.notice("reloaded", metadata: ["workers": "\(places)"])
      figures?.reloaded(.done)
      reloadRemark = ""
      manager?.ready(runningStatus)
      ControlSocket.tell(.done, to: asking)
    } catch {
      if isStopping { return }
      figures?.reloaded(.givenUp)
      logger.error("the reload was given up, and the workers that run go on: \(error)")
      reloadRemark = "; the last reload was given up, see the log"
      manager?.ready(runningStatus + reloadRemark)
      ControlSocket.tell(.givenUp(reason: "\(error)"), to: asking)
      if predecessor == nil { fillPlaces() }
    }
    // So that there are never more than two workers to a place, each with its connections to the database.
    for worker in workers.values where worker.isLeaving { await worker.ends() }
  }

  private func replacePlaces() async throws {
    let generation = try Generation(readSettings(), after: self.generation)
    for number in numbers(generation.settings.workers) {
      let worker = try start(number, generation, isTrial: true)
      try await wait(for: worker)
      worker.isTrial = false
      if !worker.isAdmin {
        (self.generation, places) = (generation, generation.settings.workers)
        dismissPredecessor()
      }
      for other in workers.values where other.number == number && other !== worker { other.dismiss() }
    }
    for other in workers.values where other.number > places { other.dismiss() }
  }

  private func wait(for worker: Worker) async throws(Failure) {
    var isLate = false
    let deadline = EventLoop.main.schedule(after: Self.longestStart) {
      isLate = true
      kill(worker.process, SIGKILL)
    }
    await worker.settles()
    EventLoop.main.cancel(deadline)
    if isLate { throw Failure(description: "\(worker.name) was not ready within \(Self.longestStart)") }
    if let ending = worker.ending {
      let reason = worker.reason.map { ": \($0)" } ?? "; the log may say why"
      throw Failure(description: "\(worker.name) ended \(ending) before it was ready\(reason)")
    }
    if isStopping { throw Failure(description: "the service stops") }
  }
}
