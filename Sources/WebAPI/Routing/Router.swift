/// Finds the operation for a method and a path, in a tree of segments. A literal segment comes before a parameter.
struct Router: Sendable {
  private struct Node {
    var literals: [(segment: [UInt8], node: Int)] = []
    var parameter: Int?
    var operations: [Operation] = []
    var isPage = false

    var isEmpty: Bool { operations.isEmpty && !isPage }
    var methods: [Method] { isPage ? [.get] : operations.map(\.method) }
  }

  enum Match {
    case operation(Operation, pathValues: [String])
    /// The path has other methods.
    case otherMethods([Method])
    /// The web server's to answer.
    case page
    case none
  }

  private var nodes = [Node()]

  init(_ operations: [Operation], pages: [String] = []) {
    for operation in operations { nodes[add(operation.path)].operations.append(operation) }
    for page in pages { nodes[add(PathTemplate(page))].isPage = true }
  }

  private mutating func add(_ path: PathTemplate) -> Int {
    var node = 0
    for segment in path.segments { node = child(of: node, for: segment) }
    return node
  }

  private mutating func child(of node: Int, for segment: PathTemplate.Segment) -> Int {
    switch segment {
    case .parameter:
      if let child = nodes[node].parameter { return child }
      nodes[node].parameter = nodes.count
    case .literal(let text):
      let bytes = Array(text.utf8)
      if let literal = nodes[node].literals.first(where: { $0.segment == bytes }) { return literal.node }
      nodes[node].literals.append((bytes, nodes.count))
    }
    nodes.append(Node())
    return nodes.count - 1
  }

  /// The operation of `path` for `method`, where HEAD is GET.
  ///
  /// A newline at the end of a path does not count where a literal segment stands there: Starlette's routes are regular
  /// expressions that end with `$`, which also matches before one.
  func match(_ method: String, _ path: String) -> Match {
    let match = find(method, path)
    guard path.utf8.last == UInt8(ascii: "\n") else { return match }
    switch (find(method, String(path.unicodeScalars.dropLast())), match) {
    case (.operation(let operation, let values), _) where operation.path.segments.last != .parameter:
      return .operation(operation, pathValues: values)
    case (.page, _): return .page
    case (.otherMethods(let methods), .otherMethods), (.otherMethods(let methods), .none):
      return .otherMethods(methods)
    default: return match
    }
  }

  private func find(_ method: String, _ path: String) -> Match {
    guard path.utf8.first == UInt8(ascii: "/") else { return .none }
    var values: [String] = []
    guard let node = find(0, path.utf8.dropFirst(), &values) else { return .none }
    let wanted = method == "HEAD" ? "GET" : method
    if let operation = nodes[node].operations.first(where: { $0.method.rawValue == wanted }) {
      return .operation(operation, pathValues: values)
    }
    return nodes[node].isPage && wanted == "GET" ? .page : .otherMethods(nodes[node].methods)
  }

  /// The node where `rest` ends and that has something; values of parameters on the way to it are appended.
  private func find(_ node: Int, _ rest: Substring.UTF8View, _ values: inout [String]) -> Int? {
    let end = rest.firstIndex(of: UInt8(ascii: "/"))
    let segment = rest[..<(end ?? rest.endIndex)]
    for literal in nodes[node].literals where segment.elementsEqual(literal.segment) {
      if let found = follow(literal.node, rest, end, &values) { return found }
    }
    guard let child = nodes[node].parameter, !segment.isEmpty else { return nil }
    values.append(String(Substring(segment)))
    if let found = follow(child, rest, end, &values) { return found }
    values.removeLast()
    return nil
  }

  private func follow(
    _ node: Int, _ rest: Substring.UTF8View, _ end: String.Index?, _ values: inout [String]
  ) -> Int? {
    guard let end else { return nodes[node].isEmpty ? nil : node }
    return find(node, rest[rest.index(after: end)...], &values)
  }
}
