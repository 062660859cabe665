internal import ArgumentParser
internal import Glibc

/// How a launcher knows the process, and learns that it serves.
struct ProcessOptions: ParsableArguments {
  @Option(Settings.pidFile) var pidFile: String?
  @Option(Settings.readyFD) var readyFD: Int?

  func makePIDFile() throws {
    guard let path = try Settings.pidFile.value(pidFile) else { return }
    do { try PIDFile.make(path) } catch { fail(error, .configuration) }
  }

  func readyDescriptor() throws -> Int32? {
    guard let number = try Settings.readyFD.value(readyFD) else { return nil }
    let descriptor = Int32(number)
    guard fcntl(descriptor, F_GETFD) >= 0 else {
      throw ValidationError("--ready-fd \(descriptor): there is no such descriptor; its launcher has to open it.")
    }
    return descriptor
  }
}
