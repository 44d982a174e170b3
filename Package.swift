// swift-tools-version:6.3
import PackageDescription

/// Settings of every Swift target: data-race safety, strict memory safety, and no warning survives.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .treatWarning("DeprecatedDeclaration", as: .warning),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .enableExperimentalFeature("Lifetimes"),
]

/// A library target. Its dependencies are the layers below it; `tools/check` refuses any other import.
func layer(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A program: arguments and wiring, nothing else.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one target.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.target(name: name)] + dependencies, swiftSettings: strict)
}

let package = Package(
  name: "apus",
  products: [
    // What the package in Benchmarks measures.
    .library(
      name: "ApusDatapath",
      targets: [
        "Bytes", "Wire", "Match", "Classifier", "Actions", "Flow", "Pipeline", "Ports", "Datapath",
      ]),
    .library(name: "MallocCounter", targets: ["MallocCounter"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // 0: what Swift cannot import from Linux's headers | libpcap
    .target(name: "CLinux"),
    .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    // 1: memory and byte order | system calls
    layer("Bytes"),
    layer("Sys", ["CLinux"]),
    // 2: addresses and headers | the management socket's messages, its client, the command list
    layer("Wire", ["Bytes"]),
    layer("ControlProtocol", ["Sys"]),
    // 3: the field table, the flow key, extraction
    layer("Match", ["Bytes", "Wire"]),
    // 4: tuple space search | one file for each OpenFlow action
    layer("Classifier", ["CLinux", "Match"]),
    layer("Actions", ["Bytes", "Wire", "Match"]),
    // 5: flow rules as text | tables, FDB, translation | messages | port types
    layer("Flow", ["Bytes", "Wire", "Match", "Actions"]),
    layer("OpenFlow", ["Bytes", "Wire", "Match", "Actions", "Flow"]),
    layer("Pipeline", ["CLinux", "Bytes", "Wire", "Match", "Classifier", "Actions", "Flow"]),
    layer("Ports", ["CLinux", "CPcap", "Sys", "Bytes", "Wire"]),
    // 6: what is hardly meant in rules, groups and meters
    layer("Lint", ["Match", "Actions", "Flow"]),
    // 6: worker threads and the packet path
    layer(
      "Datapath",
      ["Sys", "Bytes", "Wire", "Match", "Classifier", "Actions", "Flow", "Pipeline", "Ports"]),

    // 6: flows of reported frames, and messages about them
    layer("IPFIX", ["Bytes", "Match"]),

    // 7: OpenFlow connections | configuration, commands, the management socket
    layer(
      "Agent",
      [
        "Sys", "Wire", "Bytes", "Match", "Actions", "Flow", "OpenFlow", "Pipeline", "Datapath",
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),
    layer(
      "Control",
      [
        "Sys", "Wire", "ControlProtocol", "Match", "Actions", "Flow", "Lint", "IPFIX", "Pipeline", "Ports",
        "Datapath", "OpenFlow", "Agent",
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),

    // 7: ovs-ofctl's commands
    layer(
      "Ofctl",
      ["Sys", "Bytes", "Wire", "ControlProtocol", "Match", "Actions", "Flow", "OpenFlow", "Pipeline"]),

    // 8: the programs
    program("apus", ["ControlProtocol", "Match", "Ofctl"]),
    program(
      "apusd",
      [
        "Control", "ControlProtocol", "Datapath",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),

    // what several tests share, and the real Open vSwitch as an oracle
    .target(name: "OVSOracle", path: "Tests/OVSOracle", swiftSettings: strict),
    .target(name: "TestKit", dependencies: ["Sys"], path: "Tests/TestKit", swiftSettings: strict),
    // switches whose ports end in a test
    .target(
      name: "SwitchKit",
      dependencies: [
        "Sys", "Bytes", "Match", "Actions", "Flow", "Pipeline", "Ports", "Datapath", "TestKit",
      ], path: "Tests/SwitchKit", swiftSettings: strict),
    // millions of random frames, rules, messages and virtual machines' rings: tools/fuzz
    .executableTarget(
      name: "apus-fuzz",
      dependencies: [
        "CLinux", "Sys", "Bytes", "Match", "Actions", "Flow", "OpenFlow", "Ports", "SwitchKit", "TestKit",
      ],
      path: "Tests/Fuzz", swiftSettings: strict),
    // whether anything is taken from the heap for a frame: tools/benchmark --check
    .target(name: "MallocCounter", path: "Benchmarks/MallocCounter"),
    .executableTarget(
      name: "apus-allocations",
      dependencies: [
        "MallocCounter", "Bytes", "Wire", "Match", "Classifier", "Actions", "Flow", "Pipeline", "Ports",
        "Datapath",
      ],
      path: "Benchmarks/Parts", exclude: ["Benchmarked.swift"], swiftSettings: strict),
    // several workers under the thread sanitizer: tools/stress
    .executableTarget(
      name: "apus-stress",
      dependencies: ["Sys", "Match", "Flow", "Pipeline", "Ports", "Datapath", "TestKit"],
      path: "Tests/Stress",
      swiftSettings: strict),
    // random flow tables and frames through the real Open vSwitch and through ours: tools/differential
    .executableTarget(
      name: "apus-differential",
      dependencies: [
        "Bytes", "Match", "Actions", "Flow", "OpenFlow", "Pipeline", "Datapath", "Ports", "ControlProtocol",
        "SwitchKit", "TestKit", "OVSOracle",
      ], path: "Tests/PipelineDifferential", swiftSettings: strict),
    tests(of: "Bytes"),
    tests(of: "Sys", ["TestKit"]),
    tests(of: "Wire", ["Bytes", "TestKit"]),
    tests(of: "ControlProtocol", ["TestKit"]),
    tests(of: "Match", ["Bytes", "Wire", "OVSOracle", "TestKit"]),
    tests(of: "Classifier", ["Match", "TestKit"]),
    tests(of: "Actions", ["Bytes", "Match", "OVSOracle", "TestKit"]),
    tests(of: "Flow", ["Match", "Actions", "OVSOracle"]),
    tests(of: "Lint", ["Match", "Actions", "Flow", "TestKit"]),
    tests(of: "IPFIX", ["Bytes", "Match", "TestKit"]),
    tests(of: "Ports", ["CLinux", "CPcap", "Sys", "Bytes", "Wire", "TestKit"]),
    tests(of: "Pipeline", ["Bytes", "Sys", "Match", "Classifier", "Actions", "Flow", "TestKit"]),
    tests(
      of: "Datapath", ["Bytes", "Match", "Actions", "Flow", "Pipeline", "Ports", "TestKit", "SwitchKit"]),
    tests(of: "OpenFlow", ["Bytes", "Match", "Actions", "Flow", "OVSOracle", "TestKit"]),
    tests(
      of: "Ofctl", ["Bytes", "ControlProtocol", "Match", "Flow", "OpenFlow", "OVSOracle", "TestKit"]),
    tests(
      of: "Agent",
      [
        "Bytes", "Match", "Actions", "Flow", "OpenFlow", "Pipeline", "Ports", "Datapath", "TestKit",
        "SwitchKit",
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
      ]),
    tests(
      of: "Control",
      [
        "Sys", "ControlProtocol", "Agent", "Match", "Flow", "Pipeline", "Datapath", "TestKit",
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    // texts and bytes of all kinds through the real ovs-ofctl and through ours
    .testTarget(
      name: "DifferentialTests",
      dependencies: ["Bytes", "Match", "Actions", "Flow", "OpenFlow", "OVSOracle", "TestKit"],
      swiftSettings: strict),
    // OpenFlow 1.3's sections on matches, actions, groups and meters, one by one, on frames
    .testTarget(
      name: "ConformanceTests",
      dependencies: [
        "Bytes", "Match", "Actions", "Flow", "Pipeline", "Datapath", "Ports", "SwitchKit", "TestKit",
      ],
      swiftSettings: strict),
    // the real programs, real namespaces and real clients
    .testTarget(name: "SystemTests", dependencies: ["Sys", "TestKit"], swiftSettings: strict),
  ]
)
