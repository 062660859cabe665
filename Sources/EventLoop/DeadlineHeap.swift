/// Deadlines in the order in which they pass: a binary heap in which each entry can be removed by its handle.
///
/// Nearly every deadline is cancelled, because nearly every wait ends well. So a cancelled entry leaves the heap
/// at once; leaving it to expire would keep hundreds of thousands under load. Adding and cancelling cost O(log n)
/// of the waits under way. Pure: the clock is a parameter.
struct DeadlineHeap<Payload> {
  private struct Slot {
    var payload: Payload?
    var time: MonotonicTime
    var position: Int
    var generation: UInt32
  }

  private var slots: [Slot] = []
  private var free: [Int] = []
  /// Indices into `slots`; the earliest comes first.
  private var heap: [Int] = []

  /// When the earliest deadline passes.
  var earliest: MonotonicTime? { heap.first.map { slots[$0].time } }

  var count: Int { heap.count }

  mutating func add(_ payload: Payload, at time: MonotonicTime) -> Deadline {
    let slot = takeSlot(payload, time)
    heap.append(slot)
    siftUp(from: heap.count - 1)
    return Deadline(slot: slot, generation: slots[slot].generation)
  }

  /// Does nothing if the deadline has passed or was cancelled before.
  mutating func cancel(_ deadline: Deadline) {
    guard deadline.slot < slots.count, slots[deadline.slot].generation == deadline.generation,
      slots[deadline.slot].payload != nil
    else { return }
    _ = remove(at: slots[deadline.slot].position)
  }

  /// Takes out the earliest deadline if it has passed at `now`.
  mutating func popPassed(at now: MonotonicTime) -> Payload? {
    guard let earliest, earliest <= now else { return nil }
    return remove(at: 0)
  }

  private mutating func takeSlot(_ payload: Payload, _ time: MonotonicTime) -> Int {
    guard let slot = free.popLast() else {
      slots.append(Slot(payload: payload, time: time, position: heap.count, generation: 0))
      return slots.count - 1
    }
    slots[slot].payload = payload
    slots[slot].time = time
    slots[slot].position = heap.count
    return slot
  }

  private mutating func remove(at position: Int) -> Payload? {
    let slot = heap[position]
    let last = heap.removeLast()
    if position < heap.count {
      heap[position] = last
      slots[last].position = position
      siftDown(from: position)
      siftUp(from: position)
    }
    let payload = slots[slot].payload.take()
    slots[slot].generation &+= 1
    free.append(slot)
    return payload
  }

  private func isEarlier(_ left: Int, _ right: Int) -> Bool {
    slots[heap[left]].time < slots[heap[right]].time
  }

  private mutating func exchange(_ left: Int, _ right: Int) {
    heap.swapAt(left, right)
    slots[heap[left]].position = left
    slots[heap[right]].position = right
  }

  private mutating func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard isEarlier(child, parent) else { return }
      exchange(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(from start: Int) {
    var parent = start
    while true {
      var first = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isEarlier(child, first) {
        first = child
      }
      guard first != parent else { return }
      exchange(parent, first)
      parent = first
    }
  }
}

/// What a scheduled deadline is cancelled by.
public struct Deadline: Hashable, Sendable {
  let slot: Int
  let generation: UInt32
}
