/// A web server's end of one connection.
package final class FastCGIClient {
  private let socket: BlockingSocket
  private var input: [UInt8] = []

  /// One record as it came.
  package struct Record: Equatable {
    package var type: UInt8
    package var id: Int
    package var content: [UInt8]
  }

  /// What a responder answered.
  package struct Answer: Equatable {
    package var head = ""
    package var body: [UInt8] = []
    /// The protocol status of END_REQUEST.
    package var status: UInt8?

    package var text: String { String(decoding: body, as: UTF8.self) }
  }

  package init(unix path: String) throws {
    socket = try BlockingSocket(unix: path)
  }

  package init(port: UInt16) throws {
    socket = try BlockingSocket(port: port)
  }

  /// Sends all of `bytes`; a peer that has gone is no error here.
  package func send(_ bytes: [UInt8]) {
    socket.send(bytes)
  }

  /// Ends both directions at once.
  package func hangUp() {
    socket.hangUp()
  }

  /// The next record; nil at the end of the stream.
  package func receive() throws -> Record? {
    while true {
      if input.count >= 8 {
        let length = Int(input[4]) << 8 | Int(input[5])
        let end = 8 + length + Int(input[6])
        if input.count >= end {
          defer { input.removeFirst(end) }
          return Record(type: input[1], id: Int(input[2]) << 8 | Int(input[3]), content: Array(input[8..<8 + length]))
        }
      }
      guard try fill() else { return nil }
    }
  }

  /// The records up to END_REQUEST; its status stays nil where the stream ends before.
  package func answer() throws -> Answer {
    var answer = Answer()
    var output: [UInt8] = []
    while answer.status == nil, let record = try receive() {
      if record.type == 6 { output += record.content }
      if record.type == 3 { answer.status = record.content[4] }
    }
    let end = output.indices.first { output[$0...].starts(with: [13, 10, 13, 10]) } ?? output.endIndex
    answer.head = String(decoding: output[..<end], as: UTF8.self)
    answer.body = Array(output.dropFirst(end + 4))
    return answer
  }

  /// Whether the peer ends the stream, with nothing before.
  package func ends() throws -> Bool {
    try receive() == nil
  }

  private func fill() throws -> Bool {
    let bytes = try socket.receive()
    input += bytes
    return !bytes.isEmpty
  }
}
