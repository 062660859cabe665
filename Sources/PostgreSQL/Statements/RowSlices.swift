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

  /// Hands the next rows to `take`; returns whether there may be more.
  public func next(_ take: (Model) -> Void) async throws(DatabaseError) -> Bool {
    switch state {
    case .unread(let key):
      let result = try await session.pool.run(slice(key, size.next), in: session.transaction)
      size.note(rows: result.rowCount, bytes: result.memory)
      state = .rows(result, next: 0)
      return try await next(take)
    case .rows(let result, let row): try await hand(result, from: row, to: take)
    case .ended: break
    }
    if case .ended = state { return false }
    return true
  }

  /// Hands out the rows up to the slice's end, or up to one that is large.
  private func hand(_ result: QueryResult, from row: Int, to take: (Model) -> Void) async throws(DatabaseError) {
    let decoder = Model.decoder
    try result.check(decoder.layout)
    var large: Model?
    let end = try decoder.walk(result, row) { model in
      let isWhole = isWhole(model)
      if isWhole { take(model) } else { large = model }
      return isWhole
    }
    state = try end + 1 < result.rowCount ? .rows(result, next: end + 1) : behind(result, decoder)
    if let large, let whole = try await whole(large) { take(whole) }
  }

  /// What follows a slice.
  private func behind(_ result: QueryResult, _ decoder: RowDecoder<Model>) throws(DatabaseError) -> State {
    guard size.next > 0, result.rowCount > 0 else { return .ended }
    var last = RowReader(result, row: result.rowCount - 1)
    return .unread(behind: key(try decoder.make(&last)))
  }
}
