/// Punycode (RFC 3492) of one label, without the `xn--`.
enum Punycode {
  private static let base = 36
  private static let initialBias = 72
  private static let initialPoint = 0x80
  private static let lastPoint = 0x10FFFF

  static func encode(_ label: CodePoints) -> CodePoints {
    var output = label.filter(\.isASCII)
    let basicCount = output.count
    if basicCount > 0 { output.append("-") }
    var (next, delta, bias, handled) = (initialPoint, 0, initialBias, basicCount)
    while let smallest = label.lazy.map({ Int($0.value) }).filter({ $0 >= next }).min() {
      delta += (smallest - next) * (handled + 1)
      for point in label where Int(point.value) <= smallest {
        if Int(point.value) < smallest {
          delta += 1
          continue
        }
        appendInteger(delta, bias, to: &output)
        bias = adapted(delta, handled + 1, isFirst: handled == basicCount)
        (delta, handled) = (0, handled + 1)
      }
      (delta, next) = (delta + 1, smallest + 1)
    }
    return output
  }

  /// nil for what isn't Punycode. The result can have surrogates.
  static func decode(_ code: CodePoints) -> CodePoints? {
    let hyphen = code.lastIndex(of: "-")
    var output = CodePoints(code[..<(hyphen ?? 0)])
    var rest = code[(hyphen.map { $0 + 1 } ?? 0)...]
    var (point, index, bias) = (initialPoint, 0, initialBias)
    var isFirst = true
    while !rest.isEmpty {
      guard let delta = takeInteger(from: &rest, bias) else { return nil }
      index += delta
      point += index / (output.count + 1)
      index %= output.count + 1
      guard point <= lastPoint else { return nil }
      output.insert(CodePoint(UInt32(point)), at: index)
      bias = adapted(delta, output.count, isFirst: isFirst)
      (index, isFirst) = (index + 1, false)
    }
    return output
  }

  /// Section 3.3.
  private static func appendInteger(_ value: Int, _ bias: Int, to output: inout CodePoints) {
    var (rest, position) = (value, base)
    while true {
      let threshold = threshold(position, bias)
      if rest < threshold { break }
      output.append(digit(threshold + (rest - threshold) % (base - threshold)))
      (rest, position) = ((rest - threshold) / (base - threshold), position + base)
    }
    output.append(digit(rest))
  }

  /// nil if the digits end early, or the value is beyond what any label can need.
  private static func takeInteger(from rest: inout CodePoints.SubSequence, _ bias: Int) -> Int? {
    var (value, weight, position) = (0, 1, base)
    while let digit = rest.popFirst().flatMap(value(ofDigit:)) {
      let (product, isTooLarge) = digit.multipliedReportingOverflow(by: weight)
      let threshold = threshold(position, bias)
      value += product
      if isTooLarge || value > valueLimit { return nil }
      if digit < threshold { return value }
      weight = min(weight * (base - threshold), valueLimit + 1)
      position += base
    }
    return nil
  }

  /// Every code point at every place of a label that could ever pass.
  private static let valueLimit = (lastPoint + 1) * 1024

  private static func threshold(_ position: Int, _ bias: Int) -> Int {
    min(max(position - bias, 1), 26)
  }

  /// Section 3.4.
  private static func adapted(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
    var delta = delta / (isFirst ? 700 : 2)
    delta += delta / count
    var steps = 0
    while delta > 455 {
      delta /= base - 1
      steps += base
    }
    return steps + base * delta / (delta + 38)
  }

  private static func digit(_ value: Int) -> CodePoint {
    CodePoint(UInt32(value < 26 ? value + 0x61 : value - 26 + 0x30))
  }

  private static func value(ofDigit digit: CodePoint) -> Int? {
    switch digit {
    case "a"..."z": Int(digit.value) - 0x61
    case "0"..."9": Int(digit.value) - 0x30 + 26
    default: nil
    }
  }
}
