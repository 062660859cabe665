/// The parameters of a query, in order, as `urllib.parse.parse_qsl(…, keep_blank_values=True)` reads them.
struct QueryString {
  let items: [(name: String, value: String)]

  /// Of a target without a query.
  static let empty = QueryString("")

  init(_ query: String) {
    items = query.utf8.split(separator: UInt8(ascii: "&")).map { item in
      let equals = item.firstIndex(of: UInt8(ascii: "=")) ?? item.endIndex
      let value = equals == item.endIndex ? item[item.endIndex...] : item[item.index(after: equals)...]
      return (Self.decode(item[..<equals]), Self.decode(value))
    }
  }

  /// The values of a name, in their order.
  func all(_ name: String) -> [String] {
    items.compactMap { $0.name.utf8.elementsEqual(name.utf8) ? $0.value : nil }
  }

  private static func decode(_ text: Substring.UTF8View) -> String {
    PercentEncoding.decode(String(Substring(text)), plusIsSpace: true)
  }
}
