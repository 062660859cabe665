internal import EventLoop
internal import Logging

/// What SQLAlchemy's `echo=True` logs: the statement, then how old it is and its values.
extension Pool {
  func echo(_ sql: SQL, _ statement: Statement, isNew: Bool, in transaction: Transaction?) {
    // Without a transaction of its own the statement begins and ends one.
    if transaction?.connection == nil { logger.info("BEGIN (implicit)") }
    logger.info("\(statement.text)")
    let age = (MonotonicTime.now() - statement.since).nanoseconds
    let words = isNew ? "generated in \(seconds(age, digits: 5))s" : "cached since \(seconds(age, digits: 4))s ago"
    logger.info("[\(words)] \(sql.valuesDescription)")
  }

  func echo(_ text: String) {
    if options.echo { logger.info("\(text)") }
  }

  private func seconds(_ nanoseconds: Int64, digits: Int) -> String {
    let unit = digits == 5 ? Int64(10_000) : 100_000
    let parts = nanoseconds / unit
    let fraction = String(parts % (1_000_000_000 / unit))
    return "\(parts / (1_000_000_000 / unit))." + String(repeating: "0", count: digits - fraction.count) + fraction
  }
}

extension SQL {
  /// The values as Python shows a tuple: `(1, 'a', None)`.
  var valuesDescription: String {
    let values = pieces.compactMap { piece -> String? in
      guard case .parameter(let type, let start, let length) = piece else { return nil }
      return length < 0 ? "None" : parameters.bytes[start..<start + length].described(as: type)
    }
    return values.count == 1 ? "(\(values[0]),)" : "(\(values.joined(separator: ", ")))"
  }
}

extension ArraySlice<UInt8> {
  fileprivate func described(as type: PostgreSQLType) -> String {
    withUnsafeBytes { buffer in  // for the call
      let bytes = buffer.bytes
      return (try? Self.describe(bytes, as: type)) ?? "<\(buffer.count) bytes of \(type)>"
    }
  }

  private static func describe(_ bytes: RawSpan, as type: PostgreSQLType) throws(DecodingFailure) -> String {
    switch type {
    case .int2, .int4, .int8: "\(try Int64.decode(bytes))"
    case .bool: try Bool.decode(bytes) ? "True" : "False"
    case .float4, .float8: "\(try Double.decode(bytes))"
    case .text: "'\(try String.decode(bytes))'"
    case .uuid: "UUID('\(try UUID.decode(bytes))')"
    default: throw DecodingFailure("another type")
    }
  }
}
