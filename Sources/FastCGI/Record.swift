/// The eight bytes in front of every record (FastCGI specification, section 3.3).
struct RecordHeader: Equatable {
  static let length = 8

  var version: UInt8
  var type: UInt8
  var id: Int
  var contentLength: Int
  var paddingLength: Int

  /// Nothing where fewer than eight bytes have arrived.
  @inline(__always) init?<Bytes: RandomAccessCollection>(_ bytes: Bytes, at position: Int)
  where Bytes.Element == UInt8, Bytes.Index == Int {
    guard bytes.count - position >= RecordHeader.length else { return nil }
    version = bytes[position]
    type = bytes[position + 1]
    id = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
    contentLength = Int(bytes[position + 4]) << 8 | Int(bytes[position + 5])
    paddingLength = Int(bytes[position + 6])
  }

  /// Bytes of the whole record.
  var recordLength: Int { RecordHeader.length + contentLength + paddingLength }
}

/// Section 8 of the specification; those of a responder.
enum RecordType {
  static let beginRequest: UInt8 = 1
  static let abortRequest: UInt8 = 2
  static let endRequest: UInt8 = 3
  static let params: UInt8 = 4
  static let stdin: UInt8 = 5
  static let stdout: UInt8 = 6
  static let stderr: UInt8 = 7
  static let getValues: UInt8 = 9
  static let getValuesResult: UInt8 = 10
  static let unknownType: UInt8 = 11
}

/// Why a request has ended (section 5.5).
enum ProtocolStatus: UInt8 {
  case requestComplete = 0
  case cannotMultiplex = 1
  case overloaded = 2
  case unknownRole = 3
}

/// The records that we send. libfcgi could write those of a response too; that costs two copies and twice the time.
package enum Answer {
  /// The longest content of a record that leaves the next one aligned (section 3.3).
  static let longestContent = 65_528

  /// Gives `body` what answers a request: STDOUT with the response up to its end, and END_REQUEST; without these two where
  /// more follows. The response's header is shorter than a record.
  package static func withResponse<Result>(
    _ id: Int, _ response: Response, isHead: Bool, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let (headLength, content) = (response.headLength, response.content(isHead: isHead))
    let total = headLength + content.count
    return withRecords(id, total, ends: response.rest(isHead: isHead) == nil, body) { writer, part in
      if part.lowerBound == 0 { response.writeHead(to: &writer) }
      content.withUnsafeBufferPointer {
        writer.append(
          UnsafeBufferPointer(rebasing: $0[max(0, part.lowerBound - headLength)..<part.upperBound - headLength]))
      }
    }
  }

  /// What ends a response that came in pieces, or of a request that was aborted.
  static func end(_ id: Int) -> [UInt8] {
    withRecords(id, 0, ends: true, { Array($0) }, { _, _ in })
  }

  /// STDOUT of `total` bytes, of which `write` is asked for one part after the other, and the end of the request.
  @inline(__always) private static func withRecords<Result>(
    _ id: Int, _ total: Int, ends: Bool, _ body: (UnsafeBufferPointer<UInt8>) -> Result,
    _ write: (inout ByteWriter, Range<Int>) -> Void
  ) -> Result {
    let size = total + ((total + longestContent - 1) / longestContent + 3) * RecordHeader.length
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { memory in
      var writer = ByteWriter(memory)
      var start = 0
      while start < total {
        let part = start..<min(start + longestContent, total)
        appendHeader(RecordType.stdout, id, part.count, to: &writer)
        write(&writer, part)
        start = part.upperBound
      }
      if ends {
        appendHeader(RecordType.stdout, id, 0, to: &writer)
        appendHeader(RecordType.endRequest, id, 8, to: &writer)
        for _ in 0..<8 { writer.append(0 as UInt8) }  // application status 0, FCGI_REQUEST_COMPLETE
      }
      return body(UnsafeBufferPointer(rebasing: memory[..<writer.count]))
    }
  }

  /// Asks a web server that keeps the connection to end it: an empty STDERR record (the end of that stream, section 5.3)
  /// behind END_REQUEST. nginx closes an idle connection on which anything arrives. Where it has just sent the next
  /// request, it takes the record for the beginning of that one's answer, of which it is a valid part; so no request is
  /// ever lost, as one would be if the connection were closed from this side at that moment.
  static func goodbye(_ id: Int) -> [UInt8] {
    record(RecordType.stderr, id, [])
  }

  static func endRequest(_ id: Int, _ status: ProtocolStatus) -> [UInt8] {
    record(RecordType.endRequest, id, [0, 0, 0, 0, status.rawValue, 0, 0, 0])
  }

  static func unknownType(_ type: UInt8) -> [UInt8] {
    record(RecordType.unknownType, 0, [type, 0, 0, 0, 0, 0, 0, 0])
  }

  /// The variables of section 4.1, each once, however often and in which order they were asked for.
  static func values(askedFor names: [[UInt8]], connections: Int) -> [UInt8] {
    let most = String(connections)
    let known = [("FCGI_MAX_CONNS", most), ("FCGI_MAX_REQS", most), ("FCGI_MPXS_CONNS", "0")]
    var content: [UInt8] = []
    for (name, value) in known where names.contains(where: { $0.elementsEqual(name.utf8) }) {
      content += [UInt8(name.utf8.count), UInt8(value.utf8.count)]
      content += Array(name.utf8) + Array(value.utf8)
    }
    return record(RecordType.getValuesResult, 0, content)
  }

  /// `content` has at most 65,535 bytes.
  static func record(_ type: UInt8, _ id: Int, _ content: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: RecordHeader.length + content.count) { memory, size in
      var writer = ByteWriter(memory)
      appendHeader(type, id, content.count, to: &writer)
      content.withUnsafeBufferPointer { writer.append($0) }
      size = writer.count
    }
  }

  static func appendHeader(_ type: UInt8, _ id: Int, _ length: Int, to writer: inout ByteWriter) {
    func high(_ number: Int) -> UInt8 { UInt8(truncatingIfNeeded: number >> 8) }
    func low(_ number: Int) -> UInt8 { UInt8(truncatingIfNeeded: number) }
    writer.append((1, type, high(id), low(id), high(length), low(length), 0, 0))
  }
}
