internal import Glibc

/// What is sent on one connection and its socket has not taken yet.
struct Outgoing {
  /// What the socket did with bytes that it was handed.
  enum Outcome {
    case taken(Int)
    case broken
  }

  private var rest: ArraySlice<UInt8> = []

  var isEmpty: Bool { rest.isEmpty }
  /// Bytes of memory.
  var size: Int { rest.count }

  /// Hands to the socket what it takes at once, and keeps what is left.
  mutating func send(_ bytes: UnsafeBufferPointer<UInt8>, _ descriptor: Int32) -> Outcome {
    let outcome = rest.isEmpty ? Self.transmit(UnsafeRawBufferPointer(bytes), descriptor) : .taken(0)
    if case .taken(let count) = outcome, count < bytes.count { rest.append(contentsOf: bytes[count...]) }
    return outcome
  }

  /// Hands it over again.
  mutating func flush(_ descriptor: Int32) -> Outcome {
    let outcome = rest.withUnsafeBytes { Self.transmit($0, descriptor) }
    if case .taken(let count) = outcome { rest = count < rest.count ? rest.dropFirst(count) : [] }
    return outcome
  }

  mutating func forget() {
    rest = []
  }

  private static func transmit(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Outcome {
    let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    return count >= 0 ? .taken(count) : isTemporary(errno) ? .taken(0) : .broken
  }
}
