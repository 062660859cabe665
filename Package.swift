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

let package = Package(
  name: "roster",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    // The C libraries.
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CUnistring", providers: [.apt(["libunistring-dev"])]),

    // The libraries; imports point up this list only.
    .target(name: "EventLoop", dependencies: ["CLinux"], swiftSettings: settings),
    .target(name: "EmailAddress", dependencies: ["CUnistring"], swiftSettings: settings),
    .target(name: "WebAPI", dependencies: ["EmailAddress"], swiftSettings: settings),

    // The tests.
    .target(name: "TestSupport", dependencies: ["EventLoop"], path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(name: "EventLoopTests", dependencies: ["EventLoop", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "WebAPITests", dependencies: ["WebAPI"], swiftSettings: settings),
  ]
)
