/// The methods that an operation can be declared for (RFC 9110, section 9; RFC 5789).
public enum Method: String, Sendable, CaseIterable {
  case get = "GET"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
}
