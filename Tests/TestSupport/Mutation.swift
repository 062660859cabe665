extension [UInt8] {
  /// Changes, removes or adds a byte somewhere, or repeats a part at the end.
  package mutating func mutate(_ random: inout Xorshift) {
    guard let index = indices.randomElement(using: &random) else { return }
    switch Int.random(in: 0..<4, using: &random) {
    case 0: self[index] = UInt8.random(in: 0...255, using: &random)
    case 1: remove(at: index)
    case 2: insert(UInt8.random(in: 0...255, using: &random), at: index)
    default: append(contentsOf: self[index...].prefix(40))
    }
  }
}
