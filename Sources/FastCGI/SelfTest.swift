internal import EventLoop

/// Passes one request through libfcgi in memory; call it once before a ``Server`` starts.
///
/// Throws ``FastCGIError/libraryNotOverridden`` where libfcgi does not use this module's OS layer (a statically linked
/// libfcgi, a linker that does not export the program's symbols).
@LoopActor public func selfTest() throws(FastCGIError) {
  let stream: [UInt8] =
    [1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]  // BEGIN_REQUEST
    + [1, 4, 0, 1, 0, 4, 0, 0, 1, 1, 65, 66]  // PARAMS: A=B
    + [1, 4, 0, 1, 0, 0, 0, 0]
    + [1, 5, 0, 1, 0, 1, 0, 0, 67]  // STDIN: C
    + [1, 5, 0, 1, 0, 0, 0, 0]
  let request = stream.withUnsafeBytes { Request(stream: $0, parametersEnd: 36, bodyLength: 1) }
  guard let request, request.parameter("A") == "B", request.body == [67] else { throw .libraryNotOverridden }
}
