internal import ArgumentParser
internal import WebAPI

/// `roster openapi`: the description of the API.
struct OpenAPI: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "openapi", abstract: "Print the OpenAPI description, for nginx to serve as /openapi.json.")

  func run() {
    print(Application.documentation.text)
  }
}
