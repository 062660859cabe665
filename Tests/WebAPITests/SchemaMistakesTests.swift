import Glibc
import TestSupport
import Testing

/// What the compiler says to a schema that is wrong: at the line of the field, or of the schema where it is about all of them.
@Suite(.ownThread) struct SchemaMistakesTests {
  /// A schema's fields of which something is wrong, and what is said.
  private struct Mistake {
    let fields: [String]
    /// The field whose line has the error; nil: the schema's.
    let line: Int?
    let message: String

    init(_ changes: KeyValuePairs<Int, String?>, at line: Int?, _ message: String) {
      let right = [
        #"Field("title", \.title, .string)"#, #"Field("count", \.count, .integer)"#,
        #"Field("is_open", \.isOpen, .boolean)"#, #"Field("note", \.note, optional: .string)"#,
      ]
      var fields = right.map(Optional.some)
      for (index, field) in changes { fields[index] = field }
      self.fields = fields.compactMap(\.self)
      (self.line, self.message) = (line, message)
    }

    /// The schema begins in line 8, its fields in line 10.
    func program(_ number: Int) -> String {
      """
      import WebAPI
      enum Case\(number) {
        struct Group: Schema {
          let title: String
          let count: UInt8
          let isOpen: Bool
          let note: String?
          static let schema = ObjectSchema<Group>(
            "Group", Group.init,
            \(fields.joined(separator: ",\n      ")))
        }
      }
      """
    }
  }

  private static let elsewhere = "one is missing, of another type, or elsewhere"
  private static let mistakes = [
    Mistake([:], at: nil, ""),
    Mistake([3: #"Field("note", \.note, .string)"#], at: 3, "the property is optional"),
    Mistake([1: #"Field("count", \.count)"#], at: 1, "a field needs a codec"),
    Mistake([1: #"Field("count", \.count, .boolean)"#], at: 1, "'KeyPath<Case3.Group, UInt8>'"),
    Mistake([0: #"Field("title", \.title, .integer)"#], at: 0, "'integer'"),
    Mistake([1: #"Field("count", \.number, .integer)"#], at: 1, "no member 'number'"),
    Mistake(
      [1: #"Field("is_open", \.isOpen, .boolean)"#, 2: #"Field("count", \.count, .integer)"#], at: nil, elsewhere),
    Mistake([2: nil], at: nil, elsewhere),
  ]

  /// The errors, by file and line, without the lines that show the program.
  private func compile(_ programs: [String]) throws -> [(file: Int, line: Int, message: String)] {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    for (number, program) in programs.enumerated() {
      guard let file = fopen("\(folder)/\(number).swift", "w") else { throw ChildProcess.Failure("fopen: \(errno)") }
      fputs(program, file)
      fclose(file)
    }
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = max(readlink("/proc/self/exe", &path, path.count), 0)
    let program = String(decoding: path.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    let modules = program.prefix(upTo: program.lastIndex(of: "/") ?? program.endIndex) + "/Modules"
    let sources = #filePath.replacing("Tests/WebAPITests/SchemaMistakesTests.swift", with: "Sources")
    _ = try ChildProcess.start(
      ["swiftc", "-typecheck", "-wmo", "-swift-version", "6", "-I", String(modules)]
        + ["-Xcc", "-fmodule-map-file=\(sources)/CUnistring/module.modulemap"]
        + programs.indices.map { "\(folder)/\($0).swift" }, log: "\(folder)/log"
    ).wait()
    return contents(of: "\(folder)/log").split(separator: "\n").compactMap { line in
      guard let match = line.firstMatch(of: /^\/[^ ]*\/([0-9]+)\.swift:([0-9]+):[0-9]+: error: (.*)$/),
        let file = Int(match.1), let line = Int(match.2)
      else { return nil }
      return (file, line, String(match.3))
    }
  }

  @Test func `each is told in words, at the field's line or the schema's`() throws {
    let errors = try compile(Self.mistakes.indices.map { Self.mistakes[$0].program($0) })
    for (number, mistake) in Self.mistakes.enumerated() {
      let found = errors.filter { $0.file == number }
      guard !mistake.message.isEmpty else {
        #expect(found.isEmpty, "a schema that is right")
        continue
      }
      let line = mistake.line.map { $0 + 10 } ?? 8
      #expect(found.map(\.line) == [line], "\(mistake.fields): \(found)")
      #expect(found.first?.message.contains(mistake.message) == true, "\(found)")
    }
  }
}
