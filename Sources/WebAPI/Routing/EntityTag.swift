extension Answer {
  /// A body whose present state has a name, which the field ETag says (RFC 9110, section 8.8.3); no body and 304 where the client
  /// has that state already.
  ///
  /// ```swift
  /// Operation(
  ///   .get, "/groups/{group_id}", "read_group", Inputs(id, Header<String?>("If-None-Match"), session),
  ///   returns: Answer<GroupOut>.self, also: [304: "Not Modified"], headers: ["ETag"]
  /// ) { id, known, session in
  ///   let group = try await session.first(select(id), else: notFound)
  ///   return Answer(group, tag: "\(group.version)", unless: known)
  /// }
  /// ```
  /// - Parameters:
  ///   - body: what the client gets that has it not.
  ///   - tag: any text that is another one after each change, without quotes around it.
  ///   - known: what the client has, the value of If-None-Match: tags with commas between, or `*` for whatever there is.
  ///   - headers: fields beside ETag.
  public init(_ body: Body, tag: String, unless known: String?, headers: KeyValuePairs<String, String?> = [:]) {
    let tag = EntityTag(tag)
    let isKnown = known.map { tag.stands(in: $0) } ?? false
    self.init(isKnown ? nil : body, isKnown ? 304 : nil, Array(headers) + [("ETag", tag.field)])
  }
}

/// The name of a state of what a client reads (RFC 9110, section 8.8.3).
struct EntityTag {
  private static let quote = UInt8(ascii: "\"")

  /// Without its quotes; what cannot stand between them is percent-encoded.
  let text: String

  init(_ text: String) {
    self.text = PercentEncoding.encode(text, safe: "!#$%&'()*+,/:;<=>?@[\\]^`{|}")
  }

  /// The value of ETag: a strong one.
  var field: String { "\"\(text)\"" }

  /// Whether it is among those of a list, by the weak comparison that If-None-Match has (RFC 9110, sections 8.8.3.2 and 13.1.2): a web
  /// server that compresses an answer makes its tag a weak one.
  func stands(in list: String) -> Bool {
    var rest = list.utf8[...]
    if rest.elementsEqual("*".utf8) { return true }
    while !rest.isEmpty {
      rest = rest.drop { " \t,".utf8.contains($0) }
      if rest.starts(with: "W/".utf8) { rest = rest.dropFirst(2) }
      guard rest.first == Self.quote else { return false }
      let other = rest.dropFirst().prefix { $0 != Self.quote }
      rest = rest[other.endIndex...]
      guard rest.first == Self.quote else { return false }
      if other.elementsEqual(text.utf8) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}
