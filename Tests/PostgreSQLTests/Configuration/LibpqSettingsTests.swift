import Glibc
import TestSupport
import Testing

@testable import PostgreSQL

/// Environment variables are the whole process's: each test has one of its own.
struct LibpqSettingsTests {
  @Test func `a service file gives hosts, ports and the time limit; variables give what it leaves open`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let folder = try makeTemporaryFolder()
      try ChildProcess.run([
        "sh", "-c", "printf '[users]\\nhost=a,/run/pg\\nport=1,2\\nconnect_timeout=9\\n' >\(folder)/s",
      ])
      for (name, value) in [("PGSERVICEFILE", "\(folder)/s"), ("PGCONNECT_TIMEOUT", "8"), ("PGHOST", "elsewhere")] {
        setenv(name, value, 1)
      }
      let expected = [
        Hosts.Host(name: "a", address: "", port: "1"), Hosts.Host(name: "/run/pg", address: "", port: "2"),
      ]
      let named = try DatabaseConfiguration(url: "service=users")
      guard named.hosts().hosts == expected, named.connectTimeout == .seconds(9), !named.isLocal else { exit(1) }
      setenv("PGSERVICE", "users", 1)
      guard try DatabaseConfiguration(url: "postgresql:///app").hosts().hosts == expected else { exit(2) }
      guard try DatabaseConfiguration(url: "postgresql://b:3/app").hosts().hosts.map(\.name) == ["b"] else { exit(3) }
      unsetenv("PGSERVICE")
      let plain = try DatabaseConfiguration(url: "")
      guard plain.hosts().hosts.map(\.name) == ["elsewhere"], plain.connectTimeout == .seconds(8) else { exit(4) }
      try ChildProcess.run(["rm", "-rf", folder])
      exit(7)
    }
  }

  @Test func `lists in the environment are lists`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      for (name, value) in [("PGHOST", "a,,c"), ("PGHOSTADDR", "1.2.3.4,,"), ("PGPORT", "1,2,3")] {
        setenv(name, value, 1)
      }
      let hosts = try DatabaseConfiguration(url: "").hosts().hosts
      guard hosts.map(\.name) == ["a", "", "c"], hosts.map(\.address) == ["1.2.3.4", "", ""] else { exit(1) }
      guard hosts.map(\.port) == ["1", "2", "3"], hosts.map(\.needsLookup) == [false, false, true] else { exit(2) }
      exit(7)
    }
  }

  @Test(arguments: ["true", "require", "prefer", "verify-ca"])
  func `TLS that the environment asks for is not weakened by ssl`(_ ssl: String) async {
    await #expect(processExitsWith: .exitCode(7)) { [ssl] in
      setenv("PGSSLMODE", "verify-full", 1)
      let keywords = try DatabaseConfiguration(url: "postgresql+asyncpg://h/d?ssl=\(ssl)").keywords
      exit(keywords.contains { $0.name == "sslmode" && $0.value == "verify-full" } ? 7 : 1)
    }
  }

  @Test(arguments: [
    ("PGSSLMODE", "requires", "requires"), ("PGTARGETSESSIONATTRS", "leader", "leader"),
    ("PGCONNECT_TIMEOUT", "soon", "connect_timeout"), ("PGPORT", "5432,5433", "2 port numbers"),
    ("PGSERVICE", "nobodys", "nobodys"), ("PGPORT", "none", "no port"),
  ])
  func `what libpq would refuse at every attempt is refused at once`(_ name: String, _ value: String, _ word: String)
    async
  {
    await #expect(processExitsWith: .exitCode(7)) { [name, value, word] in
      setenv(name, value, 1)
      do { _ = try DatabaseConfiguration(url: "postgresql://h,i,j/d") } catch {
        exit("\(error)".contains(word) ? 7 : 2)
      }
      exit(1)
    }
  }

  @Test func `a certificate is checked against the name, whatever its addresses are`() throws {
    let configuration = try DatabaseConfiguration(url: "postgresql://db.example/d?sslmode=verify-full")
    var hosts = configuration.hosts()
    hosts.hosts = ["10.0.0.1", "10.0.0.2"].map { Hosts.Host(name: "db.example", address: $0, port: "1") }
    let parameters = configuration.parameters(hosts)
    func value(_ name: String) -> String? { parameters.last { $0.name == name }?.value }
    #expect(value("host") == "db.example,db.example")
    #expect(value("hostaddr") == "10.0.0.1,10.0.0.2")
    #expect(value("sslmode") == "verify-full")
  }
}
