@testable import EmailAddress

/// The reason why `read` refuses the text; nil if it doesn't.
func reason<Text, T>(_ read: (Text) throws(EmailAddressError) -> T, _ text: Text) -> String? {
  do throws(EmailAddressError) {
    _ = try read(text)
    return nil
  } catch {
    return error.reason
  }
}

/// What `read` finds wrong with the label or domain; nil if nothing.
func idnaProblem<T>(_ read: (CodePoints) throws(IDNAError) -> T, _ text: CodePoints) -> String? {
  do throws(IDNAError) {
    _ = try read(text)
    return nil
  } catch {
    return error.text
  }
}
