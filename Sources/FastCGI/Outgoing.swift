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

  /// The same of bytes that lie in several places.
  mutating func send(_ parts: [UnsafeRawBufferPointer], _ descriptor: Int32) -> Outcome {
    let outcome = rest.isEmpty ? Self.transmit(parts, descriptor) : .taken(0)
    if case .taken(let count) = outcome { keep(parts, behind: count) }
    return outcome
  }

  private mutating func keep(_ parts: [UnsafeRawBufferPointer], behind count: Int) {
    let left = parts.reduce(-count) { $0 + $1.count }
    guard left > 0 else { return }
    rest.reserveCapacity(rest.count + left)
    var taken = count
    for part in parts {
      rest.append(contentsOf: part.dropFirst(taken))
      taken = max(0, taken - part.count)
    }
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
    outcome(Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)))
  }

  private static func transmit(_ parts: [UnsafeRawBufferPointer], _ descriptor: Int32) -> Outcome {
    // The system takes no more at once (IOV_MAX); what is left is kept.
    var vector = parts.prefix(1024).map {
      iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
    }
    return vector.withUnsafeMutableBufferPointer {
      var message = msghdr()
      (message.msg_iov, message.msg_iovlen) = ($0.baseAddress, $0.count)
      return outcome(sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL)))
    }
  }

  private static func outcome(_ count: Int) -> Outcome {
    count >= 0 ? .taken(count) : isTemporary(errno) ? .taken(0) : .broken
  }
}
