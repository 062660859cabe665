internal import ArgumentParser
internal import WebAPI

/// `roster openapi`: the description of the API.
struct OpenAPI: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "openapi", abstract: "Print the OpenAPI description, for nginx to serve as /openapi.json.",
    discussion: """
      With --api-keys it says that requests need a key, and the documentation pages have a button to enter one. The file \
      itself is not read. With --max-name-length it says how long a name may be. Give it what roster serve has.
      """)

  @OptionGroup(title: "Access") var access: KeyOptions
  @OptionGroup var root: RootPathOptions
  @OptionGroup var bounds: BoundsOptions

  func run() throws {
    let api = Application(try bounds.bounds()).described(withKeys: try access.file() != nil)
    print(api.document(rootPath: try root.path()).text)
  }
}
