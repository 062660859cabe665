/// What must be undone when a call ends, however it ends.
public struct CallScope {
  private var exits: [() async -> Void] = []

  /// Runs `action` when the call has ended, before the answer is sent; the last one first.
  public mutating func onExit(_ action: @escaping () async -> Void) {
    exits.append(action)
  }

  mutating func exit() async {
    while let action = exits.popLast() { await action() }
  }
}
