internal import CPostgreSQL

/// A statement's values as libpq takes them: parallel arrays that are valid during one call.
struct BoundValues {
  let count: Int32
  let starts: UnsafePointer<UnsafePointer<CChar>?>?
  let lengths: UnsafePointer<Int32>?
  let formats: UnsafePointer<Int32>?
}

extension SQL {
  /// How many values are bound.
  var valueCount: Int { pieces.count { if case .parameter = $0 { true } else { false } } }

  // Unsafe: libpq reads the pointers during the call only; the arrays are on the stack and the bytes in `parameters`.
  func withValues<Result>(_ body: (BoundValues) -> Result) -> Result {
    let count = valueCount
    guard count > 0 else { return body(BoundValues(count: 0, starts: nil, lengths: nil, formats: nil)) }
    return parameters.bytes.withUnsafeBytes { bytes in
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { starts in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * count) { numbers in
          fill(starts, numbers, from: bytes)
          return body(
            BoundValues(
              count: Int32(clamping: count), starts: UnsafePointer(starts.baseAddress),
              lengths: UnsafePointer(numbers.baseAddress),
              formats: numbers.baseAddress.map { UnsafePointer($0 + count) }))
        }
      }
    }
  }

  private func fill(
    _ starts: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>, _ numbers: UnsafeMutableBufferPointer<Int32>,
    from bytes: UnsafeRawBufferPointer
  ) {
    var index = 0
    // Values without bytes need an address too: a null pointer would be NULL.
    let base = bytes.baseAddress ?? UnsafeRawPointer(numbers.baseAddress)
    for case .parameter(_, let start, let length) in pieces {
      let address = length < 0 ? nil : base?.advanced(by: start).assumingMemoryBound(to: CChar.self)
      starts.initializeElement(at: index, to: address)
      numbers.initializeElement(at: index, to: Int32(clamping: max(0, length)))
      numbers.initializeElement(at: starts.count + index, to: 1)  // binary
      index += 1
    }
  }
}
