internal import Glibc

/// Code that only the start needs: reading options, linking, describing the API. It is most of what a worker has in
/// memory by then, and nothing takes it away while memory is plenty.
enum StartupCode {
  /// Gives back the pages of all code. What is executed again comes back from the page cache at its first use.
  static func forget() {
    guard let maps = fopen("/proc/self/maps", "re") else { return }
    defer { fclose(maps) }
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, Int32(line.count), maps) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      guard let range = codeOfFile(text) else { continue }
      // Unsafe because addresses are only numbers here; nobody writes to these pages, so that none differs from its file.
      madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, Int32(MADV_DONTNEED))
    }
  }

  /// The addresses of a line of proc_pid_maps(5), if it is about code that a file has: `55d0c0000000-55d0c0d52000 r-xp
  /// 00000000 fe:00 16225240 /usr/local/bin/roster`.
  static func codeOfFile(_ line: String) -> Range<UInt>? {
    let fields = line.split(separator: " ")
    guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { return nil }
    let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
    return ends.count == 2 && ends[0] < ends[1] ? ends[0]..<ends[1] : nil
  }
}
