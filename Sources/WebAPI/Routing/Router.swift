/// Finds the operation for a method and a path, in a tree of segments. A literal segment comes before a parameter.
package struct Router: Sendable {
  /// What stands at the end of a path.
  private enum Target {
    case operation(Operation)
    case page
  }

  private final class Node: Sendable {
    let literals: [(segment: [UInt8], node: Node)]
    let parameter: Node?
    let operations: [Operation]
    let isPage: Bool
    let isHealthCheck: Bool

    var isEmpty: Bool { operations.isEmpty && !isPage }
    var methods: [Method] { isPage ? [.get] : operations.map(\.method) }

    /// The node at which `depth` segments of the paths have been followed.
    init(_ routes: [(segments: [PathTemplate.Segment], target: Target)], depth: Int = 0) {
      let ending = routes.filter { $0.segments.count == depth }
      operations = ending.compactMap { if case .operation(let operation) = $0.target { operation } else { nil } }
      isPage = ending.contains { if case .page = $0.target { true } else { false } }
      isHealthCheck = operations.contains(where: \.isHealthCheck)
      let longer = routes.filter { $0.segments.count > depth }
      let parameters = longer.filter { $0.segments[depth] == .parameter }
      parameter = parameters.isEmpty ? nil : Node(parameters, depth: depth + 1)
      var texts: [String] = []
      for case .literal(let text) in longer.map({ $0.segments[depth] }) where !texts.contains(text) {
        texts.append(text)
      }
      literals = texts.map { text in
        (Array(text.utf8), Node(longer.filter { $0.segments[depth] == .literal(text) }, depth: depth + 1))
      }
    }
  }

  package enum Match {
    case operation(Operation, pathValues: [String])
    /// The path has other methods.
    case otherMethods([Method])
    /// The web server's to answer.
    case page
    case none
  }

  private let root: Node

  package init(_ operations: [Operation], pages: [String] = []) {
    root = Node(
      operations.map { ($0.template.segments, .operation($0)) } + pages.map { (PathTemplate($0).segments, .page) })
  }

  /// The operation of `path` for `method`, where HEAD is GET.
  ///
  /// A newline at the end of a path does not count where a literal segment stands there: Starlette's routes are regular
  /// expressions that end with `$`, which also matches before one. It does where a health check stands, which is none
  /// of FastAPI's: who closes one with nginx's `location =` has closed it. For the same reason `isExact` is false where
  /// the path is not the very one that the web server has seen; then there are no health checks.
  package func match(_ method: String, _ path: String, isExact: Bool = true) -> Match {
    let match = find(method, path, isExact)
    guard path.utf8.last == UInt8(ascii: "\n") else { return match }
    switch (find(method, String(path.unicodeScalars.dropLast()), false), match) {
    case (.operation(let operation, let values), _) where operation.template.segments.last != .parameter:
      return .operation(operation, pathValues: values)
    case (.page, _): return .page
    case (.otherMethods(let methods), .otherMethods), (.otherMethods(let methods), .none):
      return .otherMethods(methods)
    default: return match
    }
  }

  private func find(_ method: String, _ path: String, _ isExact: Bool) -> Match {
    var (path, values) = (path, [String]())
    // The bytes themselves, because indices of strings cost several times as much.
    let node = path.withUTF8 { $0.first == UInt8(ascii: "/") ? find(root, $0, 1, &values) : nil }
    guard let node, isExact || !node.isHealthCheck else { return .none }
    let wanted = method == "HEAD" ? "GET" : method
    for operation in node.operations where operation.method.rawValue == wanted {
      return .operation(operation, pathValues: values)
    }
    return node.isPage && wanted == "GET" ? .page : .otherMethods(node.methods)
  }

  /// The node where the path ends whose segments from `start` on are to be followed, if it has something; values of
  /// parameters on the way to it are appended.
  private func find(_ node: Node, _ path: UnsafeBufferPointer<UInt8>, _ start: Int, _ values: inout [String]) -> Node?
  {
    var end = start
    while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
    let segment = UnsafeBufferPointer(rebasing: path[start..<end])
    for literal in node.literals
    where literal.segment.withUnsafeBufferPointer({ segment.equals($0) }) {
      if let found = follow(literal.node, path, end, &values) { return found }
    }
    guard let parameter = node.parameter, !segment.isEmpty else { return nil }
    values.append(String(decoding: segment, as: UTF8.self))
    if let found = follow(parameter, path, end, &values) { return found }
    values.removeLast()
    return nil
  }

  /// The segment that ends at `end` was `node`'s.
  private func follow(
    _ node: Node, _ path: UnsafeBufferPointer<UInt8>, _ end: Int, _ values: inout [String]
  ) -> Node? {
    guard end < path.count else { return node.isEmpty ? nil : node }
    return find(node, path, end + 1, &values)
  }
}
