internal import CLinux
internal import EventLoop

extension Server {
  /// Whether there is memory for what a connection keeps.
  func charge(_ bytes: Int, insteadOf before: Int) -> Bool {
    let now = EventLoop.main.now
    guard memory.charge(bytes, insteadOf: before) else {
      if memory.isNewRefusal(at: now) { report(.outOfMemory) }
      return false
    }
    note(memory.used, at: now)
    return true
  }

  /// An answer has been sent piece by piece: nobody has counted what its pieces were made of.
  func sentPieces() { note(HeapRest.much, at: EventLoop.main.now) }

  private func note(_ used: Int, at now: MonotonicTime) {
    if let time = heap.note(used, at: now) { lookAtHeap(at: time) }
  }

  private func lookAtHeap(at time: MonotonicTime) {
    _ = EventLoop.main.schedule(at: time) { [self] in
      switch heap.look(at: .now()) {
      case .look(let time): lookAtHeap(at: time)
      case .trim: malloc_trim(0)
      }
    }
  }
}
