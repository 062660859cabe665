import Metrics

/// Memory for areas, as long as it is kept.
final class Memory {
  let bytes: UnsafeMutableRawPointer
  let size: Int

  init(_ size: Int = 64 << 10) {
    self.size = size
    bytes = .allocate(byteCount: size, alignment: 8)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  }

  deinit { bytes.deallocate() }

  /// Another view each time, as of another process.
  var area: MetricArea {
    guard let area = MetricArea(bytes, bytes: size) else { preconditionFailure("\(size) bytes are no area") }
    return area
  }
}
