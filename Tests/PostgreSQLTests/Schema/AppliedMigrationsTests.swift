import Testing

@testable import PostgreSQL

struct AppliedMigrationsTests {
  private static let migrations = Migrations(
    [("0001-a.sql", "SELECT 1"), ("0002-b.sql", "SELECT 2"), ("0003-c.sql", "SELECT 3")], recordedIn: "migrations")

  private func applied(_ numbers: Int...) -> [AppliedMigration] {
    Self.migrations.all.filter { numbers.contains($0.number) }.map {
      AppliedMigration(number: Int32($0.number), name: $0.name, checksum: $0.checksum)
    }
  }

  @Test func `what is not recorded is pending, in its order`() {
    #expect(Self.migrations.pending(after: []).map(\.number) == [1, 2, 3])
    #expect(Self.migrations.pending(after: applied(1)).map(\.number) == [2, 3])
    #expect(Self.migrations.pending(after: applied(1, 2, 3)).isEmpty)
    #expect(Self.migrations.pending(after: applied(1, 3)).map(\.number) == [2])
  }

  @Test func `what was applied and is another by now is told, with the words that make it the same`() {
    #expect(Self.migrations.changed(since: applied(1, 2, 3), in: "t", .warning).isEmpty)
    let other = [AppliedMigration(number: 2, name: "0002-b.sql", checksum: "x")]
    let changed = Self.migrations.changed(since: other, in: "app.t", .warning)
    #expect(changed.map(\.subject) == ["0002-b.sql"])
    #expect(changed.first?.problem == "it was changed after it had been applied")
    #expect(changed.first?.remedy.last?.hasPrefix("UPDATE app.t SET checksum = ") == true)
    let branch = [AppliedMigration(number: 2, name: "0002-other.sql", checksum: "x")]
    let findings = Self.migrations.changed(since: branch, in: "t", .refusal)
    #expect(findings.first?.problem == "0002-other.sql was applied under its number")
    #expect(findings.first?.severity == .refusal)
  }

  @Test func `a renamed file is the same migration`() {
    let renamed = applied(1).map {
      AppliedMigration(number: $0.number, name: "0001-older.sql", checksum: $0.checksum)
    }
    #expect(Self.migrations.changed(since: renamed, in: "t", .refusal).isEmpty)
  }

  @Test func `a newer version than this is a note, which says up to where this one knows`() {
    #expect(Self.migrations.unknown(among: applied(1, 2, 3)).isEmpty)
    let newer = applied(1, 2, 3) + [AppliedMigration(number: 4, name: "0004-d.sql", checksum: "x")]
    let finding = Self.migrations.unknown(among: newer).first
    #expect(finding?.severity == .note)
    #expect(finding?.problem == "a newer version has applied 0004-d.sql")
    #expect(finding?.consequence?.contains("knows them up to 3") == true)
    #expect(Migrations.none.unknown(among: newer).first?.consequence?.contains("knows none") == true)
  }

  @Test func `what is pending stops only a version that does not work without it`() {
    let pending = Self.migrations.pending(after: applied(1, 2))
    #expect(Self.migrations.findings(pending: pending, fits: true).map(\.severity) == [.warning])
    #expect(Self.migrations.findings(pending: pending, fits: false).map(\.severity) == [.refusal])
  }
}
