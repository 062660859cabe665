// swift-tools-version: 6.2
import PackageDescription

// A program outside of Roster, made of its libraries: only what they declare as public, and what Documentation/resources.md says.
func library(_ name: String) -> Target.Dependency { .product(name: name, package: "roster") }

let package = Package(
  name: "newcomer",
  dependencies: [
    .package(name: "roster", path: "../.."),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .executableTarget(
      name: "groups",
      dependencies: [
        library("EventLoop"), library("FastCGI"), library("Gateway"), library("Resources"),
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.embedInCode("schema.sql")])
  ])
