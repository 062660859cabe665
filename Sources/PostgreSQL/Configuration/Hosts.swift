internal import CPostgreSQL

/// The hosts to try, in order; libpq tries them one after the other.
struct Hosts: Sendable {
  struct Host: Hashable, Sendable {
    /// A name, an address or a socket's directory; the certificate is checked against it.
    var name: String
    /// Where it is known; libpq then looks nothing up.
    var address: String
    var port: String

    /// Whether it is a Unix socket; libpq's default is one.
    var isSocket: Bool {
      address.isEmpty && (name.isEmpty || name.hasPrefix("/") || name.hasPrefix("@"))
    }

    /// Whether only a look-up tells where it is.
    var needsLookup: Bool { address.isEmpty && !isSocket && !isNumeric }

    private var isNumeric: Bool {
      name.contains(":") || name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }
  }

  var hosts: [Host]

  /// From libpq's lists, as it reads them: a single port is for all. None where their lengths differ, which libpq refuses.
  init(names: String?, addresses: String?, ports: String?) {
    let (names, addresses, ports) = (Self.list(names), Self.list(addresses), Self.list(ports))
    let count = max(names.count, addresses.count)
    let isRefused = !names.isEmpty && !addresses.isEmpty && names.count != addresses.count
    guard !isRefused, ports.count <= 1 || ports.count == count else {
      hosts = []
      return
    }
    hosts = (0..<count).map { index in
      Host(
        name: index < names.count ? names[index] : "", address: index < addresses.count ? addresses[index] : "",
        port: index < ports.count ? ports[index] : ports.count == 1 ? ports[0] : "")
    }
  }

  private static func list(_ text: String?) -> [String] {
    guard let text, !text.isEmpty else { return [] }
    return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  /// The same hosts, another one first.
  func rotated(by count: Int) -> Hosts {
    guard hosts.count > 1 else { return self }
    var copy = self
    let start = count % hosts.count
    copy.hosts = Array(hosts[start...] + hosts[..<start])
    return copy
  }
}

extension DatabaseConfiguration {
  /// The hosts that libpq would try: those of the URL, else of a service file, else of the environment. They are asked for
  /// at each attempt, so that a service file may change. None where libpq has no list of its own, or one that it refuses.
  func hosts() -> Hosts {
    let settings = LibpqSettings.merged(keywords)
    return Hosts(names: settings["host"], addresses: settings["hostaddr"], ports: settings["port"])
  }

  /// Whether the server shares this machine's processors.
  var isLocal: Bool { hosts().hosts.allSatisfy(\.isSocket) }

  /// Balancers and NATs forget what has been idle for some minutes, without a word; Linux asks after two hours.
  private static let keepalives = [
    Keyword(name: "keepalives_idle", value: "60"), Keyword(name: "keepalives_interval", value: "10"),
    Keyword(name: "keepalives_count", value: "3"),
  ]

  /// What libpq is given: the URL's keywords and the hosts. The session's settings come later, see `SessionSettings`.
  func parameters(_ hosts: Hosts) -> [Keyword] {
    var parameters = keywords.filter { !["connect_timeout", "client_encoding"].contains($0.name) }
    if !hosts.hosts.isEmpty {
      parameters.removeAll { ["host", "hostaddr", "port"].contains($0.name) }
      // In the place of each name all of its addresses; libpq still checks certificates and looks passwords up by the name.
      parameters.append(Keyword(name: "host", value: hosts.hosts.map(\.name).joined(separator: ",")))
      if hosts.hosts.contains(where: { !$0.address.isEmpty }) {
        parameters.append(Keyword(name: "hostaddr", value: hosts.hosts.map(\.address).joined(separator: ",")))
      }
      parameters.append(Keyword(name: "port", value: hosts.hosts.map(\.port).joined(separator: ",")))
    }
    for keepalive in Self.keepalives where !parameters.contains(where: { $0.name == keepalive.name }) {
      parameters.append(keepalive)
    }
    parameters.append(Keyword(name: "client_encoding", value: "UTF8"))
    if !applicationName.isEmpty {
      parameters.append(Keyword(name: "fallback_application_name", value: applicationName))
    }
    return parameters
  }
}
