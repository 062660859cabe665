import FastCGI
import Glibc
import TestSupport
import Testing

@testable import roster

@Suite(.ownThread) struct ListenQueueTests {
  /// Connects to the first of the sockets so often, and asks how many wait.
  private func depths(_ sockets: ListeningSockets, _ connect: () throws -> FastCGIClient) throws -> [Int?] {
    let socket = try #require(sockets.all.first)
    var depths = [ListenQueue.depth(socket.address)]
    var clients: [FastCGIClient] = []
    for _ in 0..<3 {
      clients.append(try connect())
      depths.append(ListenQueue.depth(socket.address))
    }
    let accepted = accept(socket.descriptor, nil, nil)
    depths.append(ListenQueue.depth(socket.address))
    close(accepted)
    sockets.close()
    depths.append(ListenQueue.depth(socket.address))
    withExtendedLifetime(clients) {}
    return depths
  }

  @Test func `at a Unix socket those count that nobody has accepted, and nothing is known once it is closed`() throws
  {
    let path = "\(try makeTemporaryFolder())/queue with spaces.sock"
    let sockets = try ListeningSockets.open(.unix(path: path))
    #expect(sockets.all.first?.queueLimit ?? 0 > 0)
    #expect(try depths(sockets) { try FastCGIClient(unix: path) } == [0, 1, 2, 3, 2, nil])
  }

  @Test func `at a port as well`() throws {
    let port = try freePort()
    let sockets = try ListeningSockets.open(.tcp(host: "127.0.0.1", port: port), backlog: 7)
    #expect(sockets.all.first?.queueLimit == 7)
    #expect(try depths(sockets) { try FastCGIClient(port: port) } == [0, 1, 2, 3, 2, nil])
  }

  @Test func `addresses as the system writes them`() {
    #expect(ListenQueue.hexadecimal("127.0.0.1", 8080) == "0100007F:1F90")
    #expect(ListenQueue.hexadecimal("::1", 80) == "00000000000000000000000001000000:0050")
    #expect(ListenQueue.hexadecimal("localhost", 80) == nil)
    #expect(ListenQueue.depth("an unknown address") == nil)
  }

  @Test func `a path that another one ends with is another socket`() {
    let table = """
      Num       RefCount Protocol Flags    Type St Inode Path
      0000000000000000: 00000002 00000000 00010000 0001 01 100 /run/a
      0000000000000000: 00000002 00000000 00000000 0001 02 0 /run/a
      0000000000000000: 00000002 00000000 00000000 0001 03 101 /run/a
      0000000000000000: 00000002 00000000 00010000 0001 01 102 /x/run/a
      0000000000000000: 00000002 00000000 00000000 0001 02 0 /x/run/a
      0000000000000000: 00000002 00000000 00000000 0001 02 0 /run/b
      """
    #expect(ListenQueue.depth(ofUnix: "/run/a", in: table) == 1)
    #expect(ListenQueue.depth(ofUnix: "/run/b", in: table) == nil)
    #expect(ListenQueue.depth(ofUnix: "", in: table) == nil)
  }

  @Test func `a port that another one has connected to is no queue`() {
    let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:1F90 0100007F:0001 01 00000000:00000009 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
         1: 0100007F:1F90 00000000:0000 0A 00000000:0000001F 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
      """
    #expect(ListenQueue.depth(ofTCP: "0100007F:1F90", in: table) == 31)
    #expect(ListenQueue.depth(ofTCP: "0100007F:1F91", in: table) == nil)
  }
}
