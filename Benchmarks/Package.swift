// swift-tools-version:6.3
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
]

/// A package of its own, so that a plain build of the switch does not build it.
let package = Package(
  name: "apus-benchmarks",
  dependencies: [
    .package(name: "apus", path: ".."),
    // Without its traits it counts no allocations, and needs nothing but itself: MallocCounter does that.
    .package(url: "https://github.com/ordo-one/package-benchmark", from: "1.32.0", traits: []),
  ],
  targets: [
    // the switch alone, between memory ports
    .executableTarget(
      name: "Forwarding", dependencies: [.product(name: "ApusDatapath", package: "apus")],
      swiftSettings: settings),
    // a generator of small frames, for tools/measure
    .executableTarget(
      name: "Flood", dependencies: [.product(name: "ApusDatapath", package: "apus")],
      swiftSettings: settings),
    // what each part of the switch costs: tools/benchmark. Without times it is a program of the switch's own package.
    .executableTarget(
      name: "Parts",
      dependencies: [
        .product(name: "MallocCounter", package: "apus"), .product(name: "ApusDatapath", package: "apus"),
        .product(name: "Benchmark", package: "package-benchmark"),
      ],
      // The plugin wants its programs right below a directory of the name Benchmarks.
      path: "Parts", exclude: ["Allocations.swift"], swiftSettings: settings,
      plugins: [.plugin(name: "BenchmarkPlugin", package: "package-benchmark")]),
  ]
)
