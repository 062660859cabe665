public import PostgreSQL
public import WebAPI

extension Depends where Value == Session {
  /// A session in a transaction that lasts as long as the request. COMMIT when the handler has returned, before its answer is sent:
  /// one that fails is the answer. ROLLBACK when it throws, an `HTTPError` included. With an answer that streams, when that has
  /// ended.
  ///
  /// ```swift
  /// let transaction = Depends.transaction(session)
  /// Operation(.post, "/groups/", "create_group", Inputs(Body<GroupCreate>(), transaction), returns: GroupOut.self) { … }
  /// ```
  ///
  /// It keeps a connection to itself from its first statement to its end; a single statement is better off with `session`.
  public static func transaction(_ session: Depends<Session>) -> Depends<Session> {
    Depends(
      Inputs(session), { session in try await session.begin() },
      release: { session, outcome in
        switch outcome {
        case .success: try await session.commit()
        case .failure: await session.rollBack()
        }
      })
  }
}
