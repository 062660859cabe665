public import EventLoop

/// The rows of a long list in the order of their key, slice by slice. Each slice is a short statement of its own that goes on
/// behind the last row: it holds no connection while the rows before it are on their way, no snapshot, and where nobody wants
/// more there is nothing to stop.
///
/// The slices see the table at different moments: a row that is changed meanwhile is seen as it was or as it is, each once.
/// In a transaction of `REPEATABLE READ` all see the same.
@LoopActor public final class RowSlices<Model: Row, Key: Sendable> {
  /// The statement of up to `count` rows: the first ones, or those behind a key.
  public typealias Slice = @Sendable (_ behind: Key?, _ count: Int64) -> SQL

  private enum State {
    /// The slice behind this key; the first one behind none, which is read even if the list has no room for a row.
    case unread(behind: Key?)
    /// Rows of a slice that have not been handed out.
    case rows(QueryResult, next: Int)
    case ended
  }

  private let session: Session
  private let slice: Slice
  private let key: @Sendable (Model) -> Key
  private let isWhole: @Sendable (Model) -> Bool
  private let whole: @Sendable (Model) async throws(DatabaseError) -> Model?
  private var size: SliceSize
  private var state = State.unread(behind: nil)

  /// A list that nothing has been read of.
  /// - Parameters:
  ///   - session: what reads them.
  ///   - limit: how many rows it has at most.
  ///   - key: what the rows are ordered by, and what tells them apart.
  ///   - slice: the statement of a slice.
  ///   - isWhole: false where the statement left out a value that may be large; so a slice's rows are small.
  ///   - whole: reads such a row by itself; nil where it has gone meanwhile, and is left out.
  public nonisolated init(
    in session: Session, limit: Int64, by key: @escaping @Sendable (Model) -> Key, slice: @escaping Slice,
    isWhole: @escaping @Sendable (Model) -> Bool = { _ in true },
    whole: @escaping @Sendable (Model) async throws(DatabaseError) -> Model? = { row throws(DatabaseError) in row }
  ) {
    (self.session, self.slice, self.key) = (session, slice, key)
    (self.isWhole, self.whole) = (isWhole, whole)
    size = SliceSize(limit: limit)
  }

  /// Hands over the next rows, of which there may be none, one by one as they are decoded: those of a slice, or a single
  /// large one. False behind the last.
  ///
  /// ```swift
  /// ArrayStream { users in try await rows.next(into: &users) { $0.append(UserOut($1)) } }
  /// ```
  public func next<Output: ~Copyable & Sendable>(
    into output: inout Output, _ append: @Sendable (inout Output, consuming Model) -> Void
  ) async throws -> Bool {
    switch state {
    case .unread(let key):
      let result = try await session.pool.run(slice(key, size.next), in: session.transaction)
      size.note(rows: result.rowCount, bytes: result.memory)
      try await hand(result, from: 0, &output, append)
    case .rows(let result, let row): try await hand(result, from: row, &output, append)
    case .ended: return false
    }
    return true
  }

  /// Up to the slice's end or the first large row, which is read by itself where it is the first.
  private func hand<Output: ~Copyable & Sendable>(
    _ result: QueryResult, from row: Int, _ output: inout Output,
    _ append: @Sendable (inout Output, consuming Model) -> Void
  ) async throws {
    let decoder = Model.decoder
    try result.check(decoder.layout)
    let end = try decoder.each(result, row) { model in
      guard isWhole(model) else { return false }
      append(&output, consume model)  // else it is copied
      return true
    }
    guard end == row, let large = try model(result, row) else { return state = try follow(result, end) }
    state = try follow(result, row + 1)
    if let row = try await whole(large) { append(&output, row) }
  }

  /// What follows the rows before this one.
  private func follow(_ result: QueryResult, _ row: Int) throws(DatabaseError) -> State {
    if row < result.rowCount { return .rows(result, next: row) }
    guard size.next > 0, let last = try model(result, row - 1) else { return .ended }
    return .unread(behind: key(last))
  }

  private func model(_ result: QueryResult, _ row: Int) throws(DatabaseError) -> Model? {
    var reader = RowReader(result, row: row)
    return try reader.model(Model.decoder)
  }
}
