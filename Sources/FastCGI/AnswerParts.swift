/// Long content is not copied into its records, but handed to the socket from where it lies.
extension Answer {
  /// Content that is shorter is sent as one part: to copy it costs less than to tell the system where else it lies.
  static let longContent = 16 << 10

  /// Gives `body` the parts, one behind the other, of what stands in front, of STDOUT with `content`, and of what stands behind.
  package static func withParts<Result>(
    _ id: Int, front: [UInt8] = [], _ content: [UInt8], behind: [UInt8] = [],
    _ body: ([UnsafeRawBufferPointer]) -> Result
  ) -> Result {
    headers(id, content.count).withUnsafeBytes { headers in
      front.withUnsafeBytes { front in
        content.withUnsafeBytes { content in
          behind.withUnsafeBytes { behind in
            body([front] + parts(headers, content) + [behind])
          }
        }
      }
    }
  }

  /// STDOUT with the header of a response, whose content comes in records of its own.
  static func head(_ id: Int, _ response: Response) -> [UInt8] {
    record(RecordType.stdout, id, response.head)
  }

  /// Those of the records that `length` bytes take.
  private static func headers(_ id: Int, _ length: Int) -> [UInt8] {
    let records = (length + longestContent - 1) / longestContent
    return [UInt8](unsafeUninitializedCapacity: records * RecordHeader.length) { memory, count in
      var writer = ByteWriter(memory)
      for start in stride(from: 0, to: length, by: longestContent) {
        appendHeader(RecordType.stdout, id, min(longestContent, length - start), to: &writer)
      }
      count = writer.count
    }
  }

  private static func parts(
    _ headers: UnsafeRawBufferPointer, _ content: UnsafeRawBufferPointer
  ) -> [UnsafeRawBufferPointer] {
    stride(from: 0, to: headers.count, by: RecordHeader.length).flatMap { position in
      let start = position / RecordHeader.length * longestContent
      return [
        UnsafeRawBufferPointer(rebasing: headers[position..<position + RecordHeader.length]),
        UnsafeRawBufferPointer(rebasing: content[start..<min(start + longestContent, content.count)]),
      ]
    }
  }
}
