internal import ArgumentParser
internal import WebAPI

/// `roster openapi`: the description of the API.
struct OpenAPI: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "openapi", abstract: "Print the OpenAPI description, for nginx to serve as /openapi.json.",
    discussion: """
      With --api-keys it says that requests need a key, and the documentation pages have a button to enter one. The file \
      itself is not read.
      """)

  @OptionGroup(title: "Access") var access: KeyOptions
  @OptionGroup var root: RootPathOptions

  func run() throws {
    print(Application.documentation(withKeys: try access.file() != nil, rootPath: try root.path()).text)
  }
}
