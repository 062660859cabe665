package import PostgreSQL
package import WebAPI

/// A write that the database has refused, and what the client is told. The cause is for the log: it names the constraint,
/// and can contain data.
package struct Refused: Error, Sendable {
  /// What the database has said.
  package let cause: ServerError
  /// The answer.
  package let response: Response

  init(_ cause: ServerError, _ response: Response) {
    (self.cause, self.response) = (cause, response)
  }

  /// A statement that should have changed a row has changed none: a trigger or a rule of the owner's stopped it without a
  /// word (PostgreSQL's documentation, "Overview of Trigger Behavior").
  package static let silently = Refused(
    ServerError(.noData, message: "a trigger or a rule of the table lets no row through"), Refusal.refused.response)
}
