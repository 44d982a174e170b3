import Pipeline

/// One mirror of a bridge: a record of the table Mirror.
public struct MirrorConfiguration: Equatable, Sendable {
  public let name: String
  public var selectsAll = false
  /// Ports of the bridge, by name.
  public var sources: Set<String> = []
  public var destinations: Set<String> = []
  /// Empty for all.
  public var vlans: Set<UInt16> = []
  /// A port of the bridge.
  public var outputPort: String?
  public var outputVLAN: UInt16?
  /// `nil` for whole copies.
  public var snapLength: Int?
  public var externalIDs: [String: String] = [:]

  init(name: String) { self.name = name }
}

extension MirrorConfiguration {
  /// The same for the datapath.
  var settings: MirrorSettings {
    let output = outputPort.map { MirrorSettings.Output.port($0) } ?? outputVLAN.map { .vlan($0) }
    return MirrorSettings(
      name: name, selectsAll: selectsAll, sources: sources, destinations: destinations, vlans: vlans,
      output: output, snapLength: UInt32(snapLength ?? 0))
  }

  /// Why nothing is copied; `nil` when frames are.
  var fault: String? {
    if outputPort == nil, outputVLAN == nil { return "it has neither output_port nor output_vlan" }
    guard selectsAll || !sources.isEmpty || !destinations.isEmpty else {
      return "it selects no port: set select_all, select_src_port or select_dst_port"
    }
    return nil
  }

  var state: String { fault.map { "disabled: \($0)" } ?? "active" }

  /// Throws unless `name` can be that of a mirror.
  static func checkName(_ name: String) throws(CommandError) {
    let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") }
    guard (1...63).contains(name.utf8.count), isPlain, !name.hasPrefix("-"), !name.hasPrefix("@") else {
      throw CommandError(
        "'\(name)' is no name for a mirror: 1 to 63 ASCII characters without spaces and '/', and no '-' or '@' at the start"
      )
    }
  }

  /// A port that is deleted is no longer selected and takes no copies.
  mutating func forget(port: String) {
    sources.remove(port)
    destinations.remove(port)
    if outputPort == port { outputPort = nil }
  }
}

extension BridgeConfiguration {
  /// Checks what a single column cannot show.
  func validateMirrors() throws(CommandError) {
    guard mirrors.count <= MirrorSet.limit else {
      throw CommandError(
        "bridge \(name): \(mirrors.count) mirrors; there can be \(MirrorSet.limit), whose bits a frame carries along"
      )
    }
    for (place, mirror) in mirrors.enumerated() {
      let subject = "Mirror \(mirror.name)"
      guard !mirrors[..<place].contains(where: { $0.name == mirror.name }) else {
        throw CommandError("bridge \(name): two mirrors are named '\(mirror.name)'")
      }
      guard mirror.outputPort == nil || mirror.outputVLAN == nil else {
        throw CommandError(
          "\(subject): output_port and output_vlan are both set; a mirror sends to one of them ('clear mirror \(mirror.name) output_vlan')"
        )
      }
      let columns = [
        ("output_port", mirror.outputPort.map { [$0] } ?? []),
        ("select_src_port", mirror.sources.sorted()), ("select_dst_port", mirror.destinations.sorted()),
      ]
      for (column, names) in columns {
        for port in names where !ports.contains(where: { $0.name == port }) {
          let error = CommandError.missing("port", port, among: ports.map(\.name))
          throw CommandError("\(subject): \(column): bridge \(name) has \(error.message)")
        }
      }
    }
  }
}

extension Configuration {
  /// Where a mirror stands.
  struct MirrorPlace: Equatable {
    var bridge: Int
    var mirror: Int
  }

  /// Every mirror with the name that no other has: `BRIDGE/NAME`.
  var mirrorNames: [String] {
    bridges.flatMap { bridge in bridge.mirrors.map { "\(bridge.name)/\($0.name)" } }
  }

  /// The mirror that `name` means: a name that one bridge has only, or `BRIDGE/NAME`.
  func place(ofMirror name: String) throws(CommandError) -> MirrorPlace {
    var places: [MirrorPlace] = []
    for (i, bridge) in bridges.enumerated() {
      for (j, mirror) in bridge.mirrors.enumerated()
      where mirror.name == name || "\(bridge.name)/\(mirror.name)" == name {
        places.append(MirrorPlace(bridge: i, mirror: j))
      }
    }
    guard places.count < 2 else {
      let names = places.map { "\(bridges[$0.bridge].name)/\(bridges[$0.bridge].mirrors[$0.mirror].name)" }
      throw CommandError("Mirror '\(name)' may be each of \(names.joined(separator: ", "))")
    }
    guard let place = places.first else {
      throw .missing("mirror", name, among: mirrorNames + bridges.flatMap { $0.mirrors.map(\.name) })
    }
    return place
  }
}
