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
    if let time = heap.note(memory.used, at: now) { lookAtHeap(at: time) }
    return true
  }

  private func lookAtHeap(at time: MonotonicTime) {
    _ = EventLoop.main.schedule(at: time) { [weak self] in
      guard let self else { return }
      switch heap.look(at: .now()) {
      case .look(let time): lookAtHeap(at: time)
      case .trim: malloc_trim(0)
      }
    }
  }
}
