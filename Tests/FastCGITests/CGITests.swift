import EventLoop
import Glibc
import TestSupport
import Testing

@testable import FastCGI

/// Each in a process of its own, whose standard input and output are files.
struct CGITests {
  @Test func `one request is answered from the environment and standard input`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      setenv("REQUEST_URI", "/a", 1)
      exit(await answerOfCGI(length: "5", input: "hello, and more").hasSuffix("\r\n\r\n/a hello") ? 0 : 1)
    }
  }

  @Test func `a body that is too short is a 400, one beyond the limit a 413`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let short = await answerOfCGI(length: "9", input: "hello")
      let long = await answerOfCGI(length: "1048577", input: "hello")
      exit(short.hasPrefix("Status: 400 ") && long.hasPrefix("Status: 413 ") ? 0 : 1)
    }
  }

  @Test(arguments: [nil, "", "-1", "abc"])
  func `a body whose length nobody knows ends with standard input`(length: String?) async {
    await #expect(processExitsWith: .exitCode(0)) { [length] in
      setenv("REQUEST_METHOD", "POST", 1)
      let answer = await answerOfCGI(length: length, input: "hello, and more")
      exit(answer.hasSuffix("\r\n\r\n hello, and more") ? 0 : 1)
    }
  }

  @Test func `beyond the limit its rest is taken all the same, so that the web server does not give up`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      setenv("HTTP_TRANSFER_ENCODING", "chunked", 1)
      for length in [nil, "2000000"] as [String?] {
        let answer = await answerOfCGI(length: length, input: String(repeating: "x", count: 2_000_000))
        guard answer.hasPrefix("Status: 413 "), lseek(0, 0, SEEK_CUR) == 2_000_000 else { exit(1) }
      }
      exit(0)
    }
  }

  @Test func `what a launcher leaves open is not waited for where there is no body, and a body for a time`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      dup2(ends[0], 0)
      var configuration = ServerConfiguration()
      configuration.partialRequestTimeout = .milliseconds(50)
      setenv("REQUEST_METHOD", "GET", 1)
      unsetenv("CONTENT_LENGTH")
      guard await answer(configuration).hasPrefix("Status: 200 ") else { exit(1) }
      setenv("CONTENT_LENGTH", "5", 1)
      exit(await answer(configuration).hasPrefix("Status: 400 ") ? 0 : 2)
    }
  }

  @Test func `a process is a CGI program when GATEWAY_INTERFACE is set and descriptor 0 does not listen`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      guard !CGI.isInvocation else { exit(1) }
      setenv("GATEWAY_INTERFACE", "CGI/1.1", 1)
      guard CGI.isInvocation else { exit(2) }
      dup2(try ListeningSockets.open(.unix(path: temporaryPath())).all[0].descriptor, 0)
      exit(CGI.isInvocation ? 3 : 0)
    }
  }
}

@LoopActor private func pathAndBody(_ request: Request) async -> Response {
  Response(body: Array("\(request.parameter("REQUEST_URI") ?? "") ".utf8) + request.body)
}

private func answerOfCGI(length: String?, input: String) async -> String {
  let inPath = temporaryPath()
  let file = open(inPath, O_RDWR | O_CREAT, 0o600)
  _ = write(file, input, input.utf8.count)
  lseek(file, 0, SEEK_SET)
  dup2(file, 0)
  unlink(inPath)
  if let length { setenv("CONTENT_LENGTH", length, 1) } else { unsetenv("CONTENT_LENGTH") }
  return await answer()
}

private func answer(_ configuration: ServerConfiguration = ServerConfiguration()) async -> String {
  let outPath = temporaryPath()
  let output = open(outPath, O_RDWR | O_CREAT, 0o600)
  dup2(output, 1)
  _ = try? await onLoop { await CGI.respond(configuration) { await pathAndBody($0) } }
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = pread(output, &bytes, bytes.count, 0)
  unlink(outPath)
  return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
}
