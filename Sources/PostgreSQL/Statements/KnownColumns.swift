/// What has been found out about the columns of results, so that it need not be looked for again: those of one result, or all that
/// a connection has of a prepared statement. These have the same columns, for PostgreSQL refuses to execute a statement whose
/// columns have changed since its Parse (`RevalidateCachedQuery` in plancache.c).
///
/// Unchecked: it belongs to the loop's thread.
final class KnownColumns: @unchecked Sendable {
  /// What they have been found to fit.
  private var layout: RowLayout?
  /// Where the key of a lookup is.
  private var key: (lookup: LookupStatement, column: Int)?

  /// Whether they fit; `find` is asked where that is not known.
  func fit(_ layout: RowLayout, _ find: () throws(DatabaseError) -> Void) throws(DatabaseError) {
    guard self.layout !== layout else { return }
    try find()
    self.layout = layout
  }

  /// The column of a lookup's key; `find` is asked where it is not known.
  func key(of lookup: LookupStatement, _ find: () throws(DatabaseError) -> Int) throws(DatabaseError) -> Int {
    if let key, key.lookup === lookup { return key.column }
    let column = try find()
    key = (lookup, column)
    return column
  }
}
