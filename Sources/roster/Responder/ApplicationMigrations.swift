internal import PostgreSQL

extension Application {
  /// Each file of the folder `migrations`, by its name and what SwiftPM calls its bytes, which for 0001-users-phone.sql is
  /// `PackageResources._001_users_phone_sql`.
  private static let files: [(name: String, bytes: [UInt8])] = []

  /// What changes the tables of older versions.
  static let migrations = Migrations(
    files.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) }, recordedIn: "roster_migrations")
}
