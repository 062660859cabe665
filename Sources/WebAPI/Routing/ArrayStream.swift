/// A JSON array whose elements are found while it is written: what a handler returns for a list that may be long.
///
/// ```swift
/// Operation(.get, "/users/", "read_users", Inputs(limit, session), returns: ArrayStream<UserOut>.self) { limit, session in
///   let rows = UserCRUD(session: session).list(limit: limit)
///   return ArrayStream { users in try await rows.next(into: &users) { $0.append(UserOut($1)) } }
/// }
/// ```
///
/// The client sees the same bytes as of an array. An answer of up to 256 KiB has a Content-Length; a longer one is sent
/// piece by piece, and the next elements are asked for when the last ones have left.
public struct ArrayStream<Element: JSONBody>: ResponseBody {
  /// Appends the next elements, some dozens of kilobytes of them; returns whether there may be more.
  public typealias Next = @Sendable (inout ArrayWriter<Element>) async throws -> Bool

  /// The longest answer that is in memory as a whole, in bytes.
  private static var longest: Int { 256 << 10 }

  private let next: Next

  /// A list of the elements that `next` appends. Asked by one task at a time, and by none any more after it has thrown.
  public init(_ next: @escaping Next) {
    self.next = next
  }

  /// The whole array where it is short, and else its beginning. What fails by then is an answer like any other error.
  public func response(status: Int) async throws -> Response {
    var array = ArrayWriter<Element>()
    while try await next(&array) {
      if array.count > Self.longest { return continued(array, status) }
    }
    array.end()
    return Response(status: status, json: array.takeBytes())
  }

  private func continued(_ array: consuming ArrayWriter<Element>, _ status: Int) -> Response {
    let beginning = array.takeBytes()
    let remainder = Remainder(array, next)
    return Response(status: status, json: beginning, rest: Response.Rest { try await remainder.piece() })
  }

  /// An array's.
  public static func document(title: String) -> JSONValue? { [Element].document(title: title) }

  /// The element's schemas.
  public static var schemas: [SchemaDocument] { Element.schemas }
}

/// Writes the elements of an array.
public struct ArrayWriter<Element: JSONBody>: ~Copyable, Sendable {
  /// What most lists take, and malloc hands out again at once (glibc.malloc.tcache_max).
  private static var room: Int { 16_000 }

  private var json = JSONWriter(capacity: 0)
  private var isEmpty = true

  var count: Int { json.count }

  /// Appends an element.
  public mutating func append(_ element: Element) {
    // Not before there is an element: whoever still waits for the database would keep memory from those that write.
    if isEmpty { json.reserve(Self.room) }
    json.byte(isEmpty ? "[" : ",")
    isEmpty = false
    element.write(to: &json)
  }

  fileprivate mutating func end() {
    json.raw(isEmpty ? "[]" : "]")
  }

  fileprivate mutating func takeBytes() -> [UInt8] { json.takeBytes() }
}

/// What is still to come of an array. Unchecked: one task at a time asks for it.
private final class Remainder<Element: JSONBody>: @unchecked Sendable {
  private var array: ArrayWriter<Element>
  private let next: ArrayStream<Element>.Next
  private var hasEnded = false

  init(_ array: consuming ArrayWriter<Element>, _ next: @escaping ArrayStream<Element>.Next) {
    self.array = array
    self.next = next
  }

  func piece() async throws -> [UInt8]? {
    guard !hasEnded else { return nil }
    if try await !next(&array) {
      array.end()
      hasEnded = true
    }
    return array.takeBytes()
  }
}
