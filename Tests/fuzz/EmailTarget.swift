@testable import EmailAddress

/// An address that is accepted is, once normalized, its own normal form; and the short way for plain addresses leads
/// where the long one does.
func checkEmail(_ input: [UInt8]) {
  let text = String(decoding: input, as: UTF8.self)
  let first = Result { () throws(EmailAddressError) in try EmailAddress(text).normalized }
  let long = Result { () throws(EmailAddressError) in try EmailAddress.normalize(CodePoints(reading: text)) }
  require(isSame(first, long), "\(first), and the long way \(long)")
  guard case .success(let normalized) = first else { return }
  let second = Result { () throws(EmailAddressError) in try EmailAddress(normalized).normalized }
  require(isSame(second, first), "\(first), and the second time \(second)")
}

/// As bytes: strings compare equal when they are canonically equivalent.
private func isSame(_ left: Result<String, EmailAddressError>, _ right: Result<String, EmailAddressError>) -> Bool {
  switch (left, right) {
  case (.success(let left), .success(let right)): left.utf8.elementsEqual(right.utf8)
  case (.failure(let left), .failure(let right)): left.reason == right.reason
  default: false
  }
}
