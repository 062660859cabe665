internal import CFastCGI
internal import Glibc

// libfcgi reaches the operating system through a layer of its own (fcgios.h). The program's definitions below win over
// the library's, so libfcgi parses from memory, never waits and never touches a descriptor.

/// What libfcgi reads. One stream at a time is enough, since it parses without suspension.
///
/// Unsafe because C calls the functions below: always on the loop's thread, within `Request.init`.
enum MemoryStream {
  nonisolated(unsafe) static var input = UnsafeRawBufferPointer(start: nil, count: 0)

  /// What comes after that.
  nonisolated(unsafe) static var rest = UnsafeRawBufferPointer(start: nil, count: 0)

  /// What libfcgi parses into. Unsafe because its streams point back to it, so that it needs an address of its own.
  nonisolated(unsafe) static let request = UnsafeMutablePointer<FCGX_Request>.allocate(capacity: 1)

  /// FCGX_Init, once.
  static let isReady: Bool = FCGX_Init() == 0

  /// The descriptor that libfcgi is given: not negative, for that means "accept", and never one of the process.
  static let descriptor = Int32.max
}

// Public only because the linker exports no others; nothing but libfcgi calls them.

/// For libfcgi: hands out the next bytes of the request; 0 at their end.
@c(OS_Read) public func osRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int32 {
  if MemoryStream.input.isEmpty { swap(&MemoryStream.input, &MemoryStream.rest) }
  let part = UnsafeRawBufferPointer(rebasing: MemoryStream.input.prefix(count))
  if let start = part.baseAddress { memcpy(buffer, start, part.count) }
  MemoryStream.input = UnsafeRawBufferPointer(rebasing: MemoryStream.input.dropFirst(part.count))
  return Int32(clamping: part.count)
}

/// For libfcgi: forgets it. Responses are ours to write, and of the rest it finds no reason in a clean request.
@c(OS_Write) public func osWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int32 {
  Int32(clamping: count)
}

/// For libfcgi: does nothing, since the connection is ours.
@c(OS_IpcClose) public func osIpcClose(_ descriptor: Int32, _ shutdown: Int32) -> Int32 { 0 }

/// For libfcgi: fails, since connections are accepted by `Server`.
@c(OS_Accept) public func osAccept(
  _ socket: Int32, _ failsOnSignal: Int32, _ addresses: UnsafePointer<CChar>?
) -> Int32 {
  errno = EBADF
  return -1
}

/// For libfcgi: does nothing. Its own function installs handlers for SIGPIPE, SIGUSR1 and SIGTERM.
@c(OS_LibInit) public func osLibInit(_ descriptors: UnsafeMutablePointer<Int32>?) -> Int32 { 0 }
