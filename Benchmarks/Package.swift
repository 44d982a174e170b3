// swift-tools-version:6.3
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
]

/// A package of its own, so that a plain build of the switch does not build it.
let package = Package(
  name: "apus-benchmarks",
  dependencies: [.package(name: "apus", path: "..")],
  targets: [
    // the switch alone, between memory ports
    .executableTarget(
      name: "Forwarding", dependencies: [.product(name: "ApusDatapath", package: "apus")],
      swiftSettings: settings),
    // a generator of small frames, for tools/measure
    .executableTarget(
      name: "Flood", dependencies: [.product(name: "ApusDatapath", package: "apus")],
      swiftSettings: settings),
  ]
)
