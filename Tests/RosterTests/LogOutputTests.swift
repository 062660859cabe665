import Glibc
import TestSupport
import Testing

@testable import roster

/// Real pipes, sockets and files, and those that do not read them.
@Suite(.ownThread) struct LogOutputTests {
  private let line = Array("\(String(repeating: "-", count: 999))\n".utf8)

  /// What comes, until it is enough.
  private func read(_ descriptor: Int32, until isEnough: (String) -> Bool) throws -> String {
    var all: [UInt8] = []
    return try Poll.until {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count > 0 { all += buffer[..<count] }
      let text = String(decoding: all, as: UTF8.self)
      return isEnough(text) ? text : nil
    }
  }

  private func pipe(blocking: Bool) -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [0, 0]
    #expect(Glibc.pipe(&ends) == 0)
    for end in blocking ? [ends[0]] : ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    return (ends[0], ends[1])
  }

  private func sockets() -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    return (ends[0], ends[1])
  }

  /// Lines that are missing according to a log, and those that are not.
  private func account(_ log: String) -> (missing: Int, whole: Int, torn: [Substring]) {
    var (missing, whole, torn) = (0, 0, [Substring]())
    for text in log.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if text.contains(" lines of the log are missing here") {
        missing += text.split(separator: " ").dropFirst(3).first.flatMap { Int($0) } ?? 0
      } else if Array(text.utf8) == Array(line.dropLast()) {
        whole += 1
      } else {
        torn.append(text)
      }
    }
    return (missing, whole, torn)
  }

  @Test(arguments: [LogOutput.Manner.trying, .sending, .handingOver])
  func `who does not read stops nobody, and is told afterwards how many lines are missing`(
    manner: LogOutput.Manner
  ) throws {
    let (reader, writer) = manner == .sending ? sockets() : pipe(blocking: manner == .handingOver)
    let output = LogOutput(writer, manner)
    let clock = ContinuousClock()
    let took = clock.measure { for _ in 0..<2000 { output.write(line) } }
    #expect(took < .seconds(2))
    output.write(Array("critical\n".utf8), isCritical: true)
    let log = try read(reader) { $0.contains("missing here") && $0.contains("critical\n") && $0.hasSuffix("\n") }
    let seen = account(log)
    #expect(seen.torn == ["critical"])
    #expect(seen.missing + seen.whole == 2000)
    #expect(seen.missing > 1000)
    output.write(line)  // and it goes again
    #expect(try read(reader) { $0.hasSuffix("\n") } == String(decoding: line, as: UTF8.self))
  }

  @Test(arguments: [LogOutput.Manner.waiting, .handingOver])
  func `a file has every line, in order`(manner: LogOutput.Manner) throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let path = "\(folder)/log"
    let output = LogOutput(open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600), manner)
    for number in 0..<500 { output.write(Array("\(number)\n".utf8)) }
    let all = (0..<500).map { "\($0)\n" }.joined()
    try Poll.until { contents(of: path) == all ? true : nil }
  }

  @Test func `writers that share a pipe do not tear each other's lines, though its reader stalls`() throws {
    let (reader, writer) = pipe(blocking: false)
    let outputs = (0..<4).map { _ in LogOutput(dup(writer), .trying) }
    var log = ""
    for _ in 0..<20 {
      for _ in 0..<50 { for output in outputs { output.write(line) } }
      log += try read(reader) { _ in true }
    }
    log += try read(reader) {
      let seen = account(log + $0)
      return seen.missing + seen.whole == 4000
    }
    let seen = account(log)
    #expect(seen.torn == [])
    #expect(seen.whole > 300)  // what the pipe takes, and each of them keeps
  }

  @Test func `a disk that is full loses lines, and tells so when there is room again`() throws {
    // Whatever is written to it: no space left on device.
    let descriptor = open("/dev/full", O_WRONLY)
    let output = LogOutput(descriptor, .trying)
    for _ in 0..<100 { output.write(line) }
    let (reader, writer) = pipe(blocking: false)
    dup2(writer, descriptor)
    output.write(line)
    let seen = account(try read(reader) { $0.hasSuffix("-\n") })
    #expect(seen.missing == 100 && seen.whole == 1)
  }
}
