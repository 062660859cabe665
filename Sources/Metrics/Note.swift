internal import CLinux

/// A text that a process shows beside its figures, the whole of it at once. For one thread, as the registry is.
public struct Note {
  /// The lock's number, the length of the text in bytes, and the text; nil where there was no room.
  private let words: UnsafeMutablePointer<UInt64>?
  private let room: Int

  fileprivate init(_ words: UnsafeMutablePointer<UInt64>?, room: Int) {
    (self.words, self.room) = (words, room)
  }

  /// What it says from now on; nothing where that is longer than there is room.
  public func set(_ text: String) {
    guard let words else { return }
    let bytes = text.utf8.count <= room ? Array(text.utf8) : []
    SequenceLock(number: words).change {
      store_relaxed(words + 1, UInt64(bytes.count))
      for start in stride(from: 0, to: bytes.count, by: 8) {
        let word = bytes[start..<min(start + 8, bytes.count)].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        store_relaxed(words + 2 + start / 8, word)
      }
    }
  }
}

extension MetricRegistry {
  /// A note of up to so many bytes. Who does not know of notes takes it for no figure.
  public func note(_ name: String, bytes: Int) -> Note {
    Note(append(MetricArea.text(ofNote: name), 2 + MetricArea.Block.words(ofText: bytes)), room: bytes)
  }
}

extension MetricArea {
  fileprivate static func text(ofNote name: String) -> String { "note \(name)" }

  /// What the note of this name says; nil where there is none, or none that comes to rest.
  public func note(_ name: String) -> String? {
    let text = Array(Self.text(ofNote: name).utf8)
    var (position, end) = (Self.headerWords, used)
    while position < end, let block = Block(self, at: position, before: end) {
      if block.text.elementsEqual(text) { return block.note }
      position += block.length
    }
    return nil
  }
}

extension MetricArea.Block {
  /// Nil where its length is none that there is room for, too.
  fileprivate var note: String? {
    let room = (start + length - area.words.distance(to: numbers) - 2) * 8
    guard room >= 0 else { return nil }
    let bytes = SequenceLock(number: numbers).consistent { () -> [UInt8]? in
      let count = Int(clamping: load_relaxed(numbers + 1))
      guard count <= room else { return nil }
      return (0..<count).map { UInt8(truncatingIfNeeded: load_relaxed(numbers + 2 + $0 / 8) >> ($0 % 8 * 8)) }
    }
    return (bytes ?? nil).map { String(decoding: $0, as: UTF8.self) }
  }
}
