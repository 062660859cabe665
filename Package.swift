// swift-tools-version: 6.2
import PackageDescription

var settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
if Context.environment["CI"] != nil {
  settings.append(.treatAllWarnings(as: .error))
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// The files of Sources/roster/migrations; the program names them once more in ApplicationMigrations.swift.
let migrations: [String] = []

// libFuzzer brings the main function, without which this target links only as `make fuzz` has it.
let fuzzing: [Target] =
  Context.environment["FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "fuzz", dependencies: ["CLinux", "EventLoop", "FastCGI", "EmailAddress", "WebAPI", "Users"],
      path: "Tests/fuzz", exclude: ["search"], swiftSettings: settings)
  ]

let package = Package(
  name: "roster",
  products: [
    .executable(name: "roster", targets: ["roster"]),
    // What a program of your own is made of: Documentation/resources.md, and Tests/newcomer for one that is.
    .library(name: "Scalars", targets: ["Scalars"]),
    .library(name: "EventLoop", targets: ["EventLoop"]),
    .library(name: "Metrics", targets: ["Metrics"]),
    .library(name: "FastCGI", targets: ["FastCGI"]),
    .library(name: "PostgreSQL", targets: ["PostgreSQL"]),
    .library(name: "EmailAddress", targets: ["EmailAddress"]),
    .library(name: "WebAPI", targets: ["WebAPI"]),
    .library(name: "Gateway", targets: ["Gateway"]),
    .library(name: "Resources", targets: ["Resources"]),
    .library(name: "APITesting", targets: ["APITesting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    // The C libraries.
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CSwiftRuntime"),
    .systemLibrary(name: "CFastCGI", providers: [.apt(["libfcgi-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CUnistring", providers: [.apt(["libunistring-dev"])]),

    // The libraries: imports point up this list only.
    .target(name: "Scalars", swiftSettings: settings),
    .target(name: "EventLoop", dependencies: ["CLinux", "CSwiftRuntime"], swiftSettings: settings),
    .target(name: "Metrics", dependencies: ["EventLoop", "CLinux"], swiftSettings: settings),
    .target(name: "FileTrust", dependencies: ["CLinux"], swiftSettings: settings),
    .target(
      name: "FastCGI", dependencies: ["EventLoop", "FileTrust", "CFastCGI", "CLinux"], swiftSettings: settings),
    .target(
      name: "PostgreSQL", dependencies: ["EventLoop", "Scalars", "CPostgreSQL", logging], swiftSettings: settings),
    .target(name: "EmailAddress", dependencies: ["CUnistring"], swiftSettings: settings),
    .target(name: "WebAPI", dependencies: ["EmailAddress", "Scalars"], swiftSettings: settings),
    .target(name: "APIKeys", dependencies: ["WebAPI", "FileTrust", "CCrypto", "CLinux"], swiftSettings: settings),

    .target(name: "Gateway", dependencies: ["EventLoop", "FastCGI", "Metrics", "WebAPI"], swiftSettings: settings),

    .target(
      name: "Resources", dependencies: ["EventLoop", "WebAPI", "PostgreSQL", logging], swiftSettings: settings),

    // The application, and the program.
    .target(name: "Users", dependencies: ["Resources", "WebAPI", "PostgreSQL"], swiftSettings: settings),
    .executableTarget(
      name: "roster",
      dependencies: [
        "CLinux", "EventLoop", "FileTrust", "FastCGI", "Gateway", "Metrics", "PostgreSQL", "WebAPI", "APIKeys",
        "Resources", "Users", argumentParser, logging,
      ],
      exclude: ["migrations/README.md"],
      resources: [.embedInCode("schema.sql")] + migrations.map { .embedInCode("migrations/\($0)") },
      swiftSettings: settings),

    // Counted by Benchmarks/instructions; the inputs are what nginx sends.
    .executableTarget(
      name: "microbenchmarks",
      dependencies: [
        "CPostgreSQL", "EventLoop", "FastCGI", "Gateway", "PostgreSQL", "EmailAddress", "WebAPI", "Users",
      ],
      path: "Benchmarks/micro",
      resources: [.embedInCode("read-user.bin"), .embedInCode("list-users.bin"), .embedInCode("create-user.bin")],
      swiftSettings: settings),

    // The tests.
    .target(
      name: "TestSupport", dependencies: ["EventLoop", "CLinux", logging], path: "Tests/TestSupport",
      swiftSettings: settings),
    .target(
      name: "APITesting", dependencies: ["Resources", "PostgreSQL", "WebAPI", "EventLoop", "TestSupport", logging],
      swiftSettings: settings),
    .testTarget(
      name: "APITestingTests", dependencies: ["APITesting", "Resources", "PostgreSQL", "WebAPI"],
      swiftSettings: settings),
    .testTarget(name: "ScalarsTests", dependencies: ["Scalars"], swiftSettings: settings),
    .testTarget(name: "EventLoopTests", dependencies: ["EventLoop", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "MetricsTests", dependencies: ["Metrics"], swiftSettings: settings),
    .testTarget(name: "FileTrustTests", dependencies: ["FileTrust", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "FastCGITests", dependencies: ["FastCGI", "EventLoop", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "PostgreSQLTests", dependencies: ["PostgreSQL", "EventLoop", "APITesting", "TestSupport", logging],
      swiftSettings: settings),
    .testTarget(
      name: "EmailAddressTests", dependencies: ["EmailAddress"], exclude: ["record.py", "inputs.py", "lengths.py"],
      resources: [.embedInCode("cases.tsv")], swiftSettings: settings),
    .testTarget(
      name: "WebAPITests", dependencies: ["WebAPI", "TestSupport"],
      exclude: ["application.py", "inputs.py", "record.py", "cases.jsonl"].map { "Recorded/\($0)" },
      swiftSettings: settings),
    .testTarget(
      name: "GatewayTests", dependencies: ["Gateway", "FastCGI", "Metrics", "WebAPI", "EventLoop", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ResourcesTests",
      dependencies: ["Resources", "PostgreSQL", "WebAPI", "EventLoop", "APITesting", "TestSupport", logging],
      swiftSettings: settings),
    .testTarget(name: "APIKeysTests", dependencies: ["APIKeys", "WebAPI", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "UsersTests", dependencies: ["Users", "PostgreSQL", "WebAPI"], swiftSettings: settings),
    .testTarget(
      name: "ExampleTests", dependencies: ["Resources", "WebAPI", "PostgreSQL", "APITesting", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ConformanceTests",
      dependencies: ["Users", "Resources", "WebAPI", "PostgreSQL", "EventLoop", "APITesting", "TestSupport"],
      exclude: ["corpus.tsv"], swiftSettings: settings),
    .testTarget(
      name: "RosterTests",
      dependencies: [
        "roster", "APITesting", "EventLoop", "FileTrust", "FastCGI", "Gateway", "Metrics", "PostgreSQL",
        "TestSupport", "WebAPI", logging,
      ],
      exclude: ["schema-before-migrations.sql"], swiftSettings: settings),
  ] + fuzzing
)
