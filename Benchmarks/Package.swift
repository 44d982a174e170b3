// swift-tools-version:6.3
import PackageDescription

/// A package of its own, so that a plain build of the switch does not build it.
let package = Package(
  name: "apus-benchmarks",
  dependencies: [.package(name: "apus", path: "..")],
  targets: [
    .executableTarget(
      name: "Forwarding", dependencies: [.product(name: "ApusDatapath", package: "apus")],
      swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error)])
  ]
)
