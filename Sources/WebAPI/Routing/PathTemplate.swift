/// A path with parameters, such as `/users/{user_id}`, as its segments.
struct PathTemplate: Sendable {
  enum Segment: Hashable, Sendable {
    case literal(String)
    case parameter
  }

  let text: String
  let segments: [Segment]
  /// In the order of their segments.
  let parameters: [String]

  /// The same for all paths that the router cannot tell apart.
  var shape: String {
    segments.map { segment in
      switch segment {
      case .literal(let text): "/\(text)"
      case .parameter: "/{}"
      }
    }.joined()
  }

  init(_ text: String) {
    self.text = text
    var parameters: [String] = []
    segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
      guard segment.first == "{", segment.last == "}" else { return .literal(String(segment)) }
      parameters.append(String(segment.dropFirst().dropLast()))
      return .parameter
    }
    self.parameters = parameters
  }
}
