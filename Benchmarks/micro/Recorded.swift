/// Requests as nginx 1.22 sends them with the settings of nginx/roster, byte for byte.
enum Recorded {
  /// `GET /users/4711`
  static let readUser = PackageResources.read_user_bin
  /// `GET /users/?skip=200&limit=100`
  static let listUsers = PackageResources.list_users_bin
  /// `POST /users/` with ``createBody``.
  static let createUser = PackageResources.create_user_bin

  static let createBody = Array(#"{"email": "zoe.bergstroem@example.com", "name": "Zoë Bergström"}"#.utf8)
}
