/// The names that FastAPI derives, so that generated clients keep theirs.
enum Naming {
  /// `user_id` is titled "User Id", `read_users` "Read Users".
  static func title(_ name: String) -> String {
    var isStart = true
    var title = ""
    for character in name {
      let isLetter = character.isLetter
      title += character == "_" ? " " : isLetter && isStart ? character.uppercased() : character.lowercased()
      isStart = !isLetter
    }
    return title
  }

  /// `read_user` at `/users/{user_id}` for GET is `read_user_users__user_id__get`.
  static func operationID(_ name: String, _ path: String, _ method: Method) -> String {
    let path = path.map { $0.isLetter || $0.isNumber || $0 == "_" ? String($0) : "_" }.joined()
    return "\(name)\(path)_\(method.rawValue.lowercased())"
  }
}
