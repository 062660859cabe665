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

  @Test func `a process is a CGI program when GATEWAY_INTERFACE is set and descriptor 0 does not listen`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      guard !CGI.isInvocation else { exit(1) }
      setenv("GATEWAY_INTERFACE", "CGI/1.1", 1)
      guard CGI.isInvocation else { exit(2) }
      dup2(try ListeningSocket.open(.unix(path: temporaryPath())).descriptor, 0)
      exit(CGI.isInvocation ? 3 : 0)
    }
  }
}

@LoopActor private func pathAndBody(_ request: Request) async -> Response {
  Response(body: Array("\(request.parameter("REQUEST_URI") ?? "") ".utf8) + request.body)
}

private func answerOfCGI(length: String, input: String) async -> String {
  let (inPath, outPath) = (temporaryPath(), temporaryPath())
  let file = open(inPath, O_RDWR | O_CREAT, 0o600)
  _ = write(file, input, input.utf8.count)
  lseek(file, 0, SEEK_SET)
  dup2(file, 0)
  let output = open(outPath, O_RDWR | O_CREAT, 0o600)
  dup2(output, 1)
  setenv("CONTENT_LENGTH", length, 1)
  _ = try? await onLoop { await CGI.respond { await pathAndBody($0) } }
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = pread(output, &bytes, bytes.count, 0)
  unlink(inPath)
  unlink(outPath)
  return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
}
