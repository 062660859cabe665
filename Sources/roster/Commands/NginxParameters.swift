internal import ArgumentParser
internal import Gateway

/// `roster nginx-params`: which fields of a header nginx hands on.
struct NginxParameters: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nginx-params",
    abstract: "Print the parameters for the header fields that operations read, as roster/parameters.conf for nginx.",
    discussion: """
      nginx hands on only what roster/fastcgi.conf names. That includes roster/parameters.conf where there is one:
      `roster nginx-params > /etc/nginx/roster/parameters.conf`. Other web servers hand on every field, and need no list. Where one \
      that is read is not handed on, roster serve says so at the first request.
      """)

  func run() {
    let parameters = HeaderParameters(of: Application.headers)
    print(
      parameters.fields.isEmpty
        ? "# No operation reads a field that roster/fastcgi.conf does not hand on." : parameters.nginx)
  }
}
