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

  /// From libpq's lists, as it reads them: a single port is for all.
  init(names: String?, addresses: String?, ports: String?) {
    let (names, addresses, ports) = (Self.list(names), Self.list(addresses), Self.list(ports))
    hosts = (0..<max(names.count, addresses.count)).map { index in
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
  /// The hosts that the URL names, else those of libpq's environment variables. With a service file libpq looks them up
  /// itself.
  func hosts() -> Hosts {
    func value(_ name: String) -> String? { keywords.first { $0.name == name }?.value }
    if value("host") != nil || value("hostaddr") != nil || value("service") != nil {
      return Hosts(
        names: value("host"), addresses: value("hostaddr"), ports: value("port") ?? Self.defaultValue("port"))
    }
    return Hosts(
      names: Self.defaultValue("host"), addresses: Self.defaultValue("hostaddr"),
      ports: value("port") ?? Self.defaultValue("port"))
  }

  private static func defaultValue(_ name: String) -> String? {
    // Unsafe: libpq allocates the list; it is copied and freed here.
    guard let options = PQconndefaults() else { return nil }
    defer { PQconninfoFree(options) }
    return keywords(in: options).first { $0.name == name }?.value
  }

  /// Whether the server shares this machine's processors. Where a service file has the host, it may be anywhere.
  var isLocal: Bool {
    !keywords.contains { $0.name == "service" } && hosts().hosts.allSatisfy(\.isSocket)
  }

  /// What libpq is given: the URL's keywords and the hosts. The session's settings come later, see `SessionSettings`.
  func parameters(_ hosts: Hosts) -> [Keyword] {
    var parameters = keywords.filter { !["connect_timeout", "client_encoding"].contains($0.name) }
    if !hosts.hosts.isEmpty {
      parameters.removeAll { ["host", "hostaddr", "port"].contains($0.name) }
      parameters.append(Keyword(name: "host", value: hosts.hosts.map(\.name).joined(separator: ",")))
      if hosts.hosts.contains(where: { !$0.address.isEmpty }) {
        parameters.append(Keyword(name: "hostaddr", value: hosts.hosts.map(\.address).joined(separator: ",")))
      }
      parameters.append(Keyword(name: "port", value: hosts.hosts.map(\.port).joined(separator: ",")))
    }
    parameters.append(Keyword(name: "client_encoding", value: "UTF8"))
    parameters.append(Keyword(name: "fallback_application_name", value: applicationName))
    return parameters
  }
}
