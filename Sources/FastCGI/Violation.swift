/// What a peer did against the FastCGI specification.
public enum Violation: String, Sendable {
  /// Another version than 1 (section 3.3), or no FastCGI at all.
  case version = "a record of another version than 1"
  /// A BEGIN_REQUEST without an id or of a wrong size (section 5.1).
  case begin = "a malformed BEGIN_REQUEST"
  /// A record that cannot come at this point.
  case order = "a record out of order"
  /// Name-value pairs that do not end where their stream ends (section 3.4), or that hold a NUL.
  case parameters = "malformed name-value pairs"
  /// libfcgi did not take what was found to be a clean request.
  case library = "a request that libfcgi refuses"
}
