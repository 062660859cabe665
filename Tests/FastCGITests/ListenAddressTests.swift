import Testing

@testable import FastCGI

struct ListenAddressTests {
  @Test(
    arguments: [
      ("unix:/run/a.sock", .unix(path: "/run/a.sock")), ("127.0.0.1:9000", .tcp(host: "127.0.0.1", port: 9000)),
      ("localhost:0", .tcp(host: "localhost", port: 0)), ("[::1]:9000", .tcp(host: "::1", port: 9000)),
      ("*:9000", .tcp(host: "*", port: 9000)), ("[::]:9000", .tcp(host: "::", port: 9000)),
    ] as [(String, ListenAddress)])
  func `addresses are read and written alike`(text: String, address: ListenAddress) throws {
    #expect(try ListenAddress(text) == address)
    #expect(address.description == text)
  }

  @Test(arguments: [
    "", "unix:", "/run/a.sock", "9000", ":9000", "a:", "a:65536", "a:-1", "::1:9000", "[]:1", "[::1:1",
  ])
  func `anything else is refused`(text: String) {
    #expect(throws: FastCGIError.malformedAddress(text)) { try ListenAddress(text) }
  }
}
