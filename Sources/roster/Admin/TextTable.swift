/// Rows of words, one below the other.
enum TextTable {
  /// As lines; each column is as wide as its widest word.
  static func lines(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in (rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0) + 2
    }
    return rows.map { row in
      let cells = zip(row, widths).map { padded($0, $1) }.joined()
      return String(cells.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// With spaces behind it.
  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
