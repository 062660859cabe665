internal import EventLoop
internal import Glibc

extension Hosts {
  /// The same hosts with the addresses of their names. A name without an address is left to libpq if it is the only
  /// one, so that its error is libpq's.
  @LoopActor func resolved(within timeout: Duration) async -> Hosts {
    var resolved: [Host] = []
    for host in hosts {
      guard host.needsLookup else {
        resolved.append(host)
        continue
      }
      for address in await NameLookup.addresses(of: host.name, within: timeout) {
        resolved.append(Host(name: host.name, address: address, port: host.port))
      }
    }
    var copy = self
    if !resolved.isEmpty { copy.hosts = resolved }
    return copy
  }
}

/// A look-up of a host name by getaddrinfo(3), which blocks, on a thread that lives as long as it.
@LoopActor private final class NameLookup {
  private var continuation: UnsafeContinuation<[String], Never>?

  /// Numeric addresses in the system's order of preference; none if there are none, or not in time.
  static func addresses(of name: String, within timeout: Duration) async -> [String] {
    let lookup = NameLookup()
    return await withUnsafeContinuation { continuation in
      lookup.continuation = continuation
      let deadline = EventLoop.main.schedule(after: timeout) { lookup.finish([]) }
      lookup.start(name, deadline)
    }
  }

  private func finish(_ addresses: [String]) {
    continuation.take()?.resume(returning: addresses)
  }

  private func start(_ name: String, _ deadline: Deadline) {
    let isLookedUp = onThread {
      let addresses = blockingLookup(name)
      onLoop { self.finish(addresses, deadline) }
    }
    if !isLookedUp { finish([], deadline) }
  }

  private func finish(_ addresses: [String], _ deadline: Deadline) {
    EventLoop.main.cancel(deadline)
    finish(addresses)
  }
}

private nonisolated func blockingLookup(_ name: String) -> [String] {
  var hints = addrinfo()
  hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
  hints.ai_flags = AI_ADDRCONFIG
  var list: UnsafeMutablePointer<addrinfo>?
  guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
  defer { freeaddrinfo(list) }
  var addresses: [String] = []
  var entry = list
  while let info = entry?.pointee {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    if getnameinfo(info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
      addresses.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
    entry = info.ai_next
  }
  return addresses
}
