import CUnistring
import Glibc

extension CodePoints {
  /// Normalization Form C (UAX #15).
  var nfc: Self {
    if isASCII { return self }
    // No other form leaves a surrogate alone; U+E000 is as inert as they are.
    let stand = map { $0.isSurrogate ? "\u{E000}" : $0 }
    let result = stand.transformed { u32_normalize(cunistring_nfc(), $0, $1, nil, $2) }
    return result == stand ? self : result
  }

  /// Full case folding, then Normalization Form KC.
  var foldedNFKC: Self {
    transformed { u32_casefold($0, $1, nil, cunistring_nfkc(), nil, $2) }
  }

  /// The result of a libunistring function over a counted array.
  private func transformed(
    by function: (UnsafePointer<UInt32>?, Int, UnsafeMutablePointer<Int>?) -> UnsafeMutablePointer<UInt32>?
  ) -> Self {
    if isEmpty { return [] }
    let values = map(\.value)
    var count = 0
    // The function returns an array it has allocated; nil only when memory is out.
    let result = values.withUnsafeBufferPointer { function($0.baseAddress, $0.count, &count) }
    guard let result else { fatalError("libunistring is out of memory") }
    defer { free(result) }
    return UnsafeBufferPointer(start: result, count: count).map(CodePoint.init)
  }
}
