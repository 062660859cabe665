internal import APIKeys
public import ArgumentParser
internal import Glibc
public import WebAPI

extension HTTPBearer.Role: ExpressibleByArgument {}

/// `roster key`: who may call the service.
struct Key: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make keys for those who may call the service.", subcommands: [New.self])

  /// `roster key new`
  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a key: its line for --api-keys on standard output, the key itself on standard error.",
      discussion: """
        The key is shown this once and kept nowhere. Its line is for the file that --api-keys names:

          roster key new ci-deploy --role writer >>/etc/roster/keys
          key=$(roster key new ci --role writer 2>&1 >>/etc/roster/keys)

        A line is NAME ROLE EXPIRES HASH, separated by spaces; what follows a # is a comment. To take a key away, remove \
        its line. The service reads the file at start and at SIGHUP. It must be able to read it, and nobody but root and \
        the user of the service may own or write it: -rw-r----- root www-data is right.

        Clients send Authorization: Bearer KEY.
        """)

    @Argument(help: "Whose it is: 1 to 48 letters, digits and . _ @ -")
    var name: String

    @Option(help: "What the bearer may do: reader (GET and HEAD) or writer (everything).")
    var role: HTTPBearer.Role

    @Option(
      help: ArgumentHelp(
        """
        When it ends: a date, at whose beginning in UTC it ends, or a moment such as 2027-01-31T18:00:00Z. \
        (default: never)
        """, valueName: "date"))
    var expires: String?

    func run() throws {
      let key = APIKey()
      do {
        print(try KeyEntry.line(name, role, expires: expires, key))
      } catch {
        throw ValidationError("There is no key: \(error).")
      }
      try show(key)
    }

    /// To a person in words; to a program the key alone.
    private func show(_ key: APIKey) throws {
      let words = isatty(STDERR_FILENO) == 1 ? "The key of \(name), shown this once:\n" : ""
      let text = Array("\(words)\(key.text)\n".utf8)
      guard fflush(nil) == 0 else { throw LineNotWritten(reason: String(cString: strerror(errno))) }
      guard write(STDERR_FILENO, text, text.count) == text.count else { throw ExitCode.failure }
    }
  }

  /// Without it, the key would be of no use; so it is not shown.
  private struct LineNotWritten: Error, CustomStringConvertible {
    let reason: String
    var description: String { "The line of the key could not be written, so there is no key: \(reason)." }
  }
}
