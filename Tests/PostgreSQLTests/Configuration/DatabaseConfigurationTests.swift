import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct DatabaseConfigurationTests {
  @Test(arguments: ["x", "0", "65536", "5432,x", "-1"])
  func `a port that is none is refused at once, without the password`(port: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try DatabaseConfiguration(url: "host=a,b port=\(port) password=secret")
    }
    #expect(error.description.contains("is no port (1 to 65535)"))
    #expect(!error.description.contains("secret"))
  }

  @Test(arguments: [
    "postgresql://ann:secret@db.example:5433/app", "postgres://ann:secret@db.example:5433/app",
    "postgresql+asyncpg://ann:secret@db.example:5433/app", "postgresql+psycopg://ann:secret@db.example:5433/app",
    "host=db.example port=5433 user=ann password=secret dbname=app",
  ])
  func `every usual spelling is understood and shown without the password`(url: String) throws {
    let configuration = try DatabaseConfiguration(url: url)
    #expect(configuration.description == "user=ann dbname=app host=db.example port=5433")
    let hosts = configuration.hosts().hosts
    #expect(hosts == [Hosts.Host(name: "db.example", address: "", port: "5433")])
  }

  @Test(arguments: [
    "postgresql://ann:secret@host:notaport/app", "mysql://ann:secret@host/app", "host=x password=secret nonsense",
    "postgresql://ann:secret@host/app?frobnicate=1", "postgresql://ann:sec%zzret@host/",
    "postgresql://ann:x@secret@host/app", "postgresql+asyncpg://ann:x@sec/ret@host/app",
    "postgresql://ann:sec/x@host/app",
    "postgresql://ann:sec?x@host/app", "postgresql://ann:1?secret@host/app", "postgresql://ann:1?sec=ret@host/app",
  ])
  func `a wrong URL is refused with a reason and without the password`(url: String) {
    let error = #expect(throws: (any Error).self) {
      let configuration = try DatabaseConfiguration(url: url)
      throw ConfigurationError(description: "accepted: \(configuration)")  // a port is checked when connecting
    }
    #expect(error.map { !"\($0)".contains("sec") } == true)
    #expect(error.map { "\($0)".count > 5 } == true)
  }

  @Test func `what the URL says reaches libpq as it is, but for the encoding and the time to connect`() throws {
    let url = "postgresql://h/d?connect_timeout=7&options=-cstatement_timeout%3D1s&application_name=mine"
    var configuration = try DatabaseConfiguration(url: url)
    #expect(configuration.connectTimeout == .seconds(7))
    #expect(!configuration.parameters(configuration.hosts()).contains { $0.name == "fallback_application_name" })
    configuration.applicationName = "roster"
    let parameters = configuration.parameters(configuration.hosts())
    func value(_ name: String) -> String? { parameters.last { $0.name == name }?.value }
    #expect(value("options") == "-cstatement_timeout=1s")
    #expect(value("application_name") == "mine")
    #expect(value("fallback_application_name") == "roster")
    #expect(value("client_encoding") == "UTF8")
    #expect(value("connect_timeout") == nil)
  }

  @Test func `nothing of ours is asked for when a connection is made, since poolers refuse it`() throws {
    var configuration = try DatabaseConfiguration(url: "postgresql://h/d")
    configuration.usesGenericPlans = true
    #expect(!configuration.parameters(configuration.hosts()).contains { $0.name == "options" })
  }
}

struct HostsTests {
  @Test(arguments: [
    ("postgresql:///d?host=/run/postgresql", true), ("host=@abstract", true), ("host=/a,/b", true),
    ("postgresql://localhost/d", false), ("host=/run/postgresql,db.example", false), ("hostaddr=127.0.0.1", false),
    ("host=/run/postgresql hostaddr=10.0.0.1", false),
  ])
  func `a server is on this machine where its sockets are`(_ url: String, _ isLocal: Bool) throws {
    #expect(try DatabaseConfiguration(url: url).isLocal == isLocal)
  }

  @Test func `lists are read as libpq reads them`() {
    let hosts = Hosts(names: "a,/run/pg,", addresses: nil, ports: "1").hosts
    #expect(hosts.map(\.name) == ["a", "/run/pg", ""])
    #expect(hosts.map(\.port) == ["1", "1", "1"])
    #expect(Hosts(names: "a,b", addresses: "1.2.3.4,", ports: "1,2").hosts.map(\.port) == ["1", "2"])
    #expect(Hosts(names: "a,b", addresses: "1.2.3.4", ports: "1").hosts.isEmpty)
    #expect(Hosts(names: "a,b,c", addresses: nil, ports: "1,2").hosts.isEmpty)
    #expect(Hosts(names: nil, addresses: nil, ports: nil).hosts.isEmpty)
  }

  @Test func `only names need a look-up`() {
    let hosts = Hosts(
      names: "db.example,10.0.0.1,::1,/run/pg,@abstract,,known", addresses: ",,,,,,1.2.3.4", ports: nil)
    #expect(hosts.hosts.map(\.needsLookup) == [true, false, false, false, false, false, false])
  }

  @Test func `another attempt begins with another host`() {
    let hosts = Hosts(names: "a,b,c", addresses: nil, ports: "1,2,3")
    #expect(hosts.rotated(by: 4).hosts.map(\.name) == ["b", "c", "a"])
    #expect(hosts.rotated(by: 3).hosts.map(\.name) == ["a", "b", "c"])
  }
}

struct NameLookupTests {
  @Test func `a name is looked up, and what is none stays as it is`() async throws {
    let hosts = try await onLoop {
      await Hosts(names: "localhost,/run/pg", addresses: nil, ports: "1,2").resolved(within: .seconds(5))
    }
    #expect(hosts.hosts.contains(Hosts.Host(name: "localhost", address: "127.0.0.1", port: "1")))
    #expect(hosts.hosts.last == Hosts.Host(name: "/run/pg", address: "", port: "2"))
  }

  @Test func `a name without an address is left to libpq, whose error it becomes`() async throws {
    let hosts = try await onLoop {
      await Hosts(names: "no.such.host.invalid", addresses: nil, ports: nil).resolved(within: .seconds(5))
    }
    #expect(hosts.hosts.map(\.name) == ["no.such.host.invalid"])
  }
}
