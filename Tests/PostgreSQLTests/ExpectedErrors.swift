import PostgreSQL
import Testing

func expectUnavailable<Result>(
  _ part: String = "", sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Result
) async {
  do {
    _ = try await body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch DatabaseError.unavailable(let reason) {
    #expect(reason.contains(part) || part.isEmpty, "\(reason)", sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
}

func expectCancelled<Result>(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Result
) async {
  do {
    _ = try await body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch DatabaseError.cancelled {
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
}
