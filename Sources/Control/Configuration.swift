import Match
import Pipeline

/// What the switch is to be: a value. A transaction changes a copy of it and either becomes the new one whole
/// or is dropped.
public struct Configuration: Equatable, Sendable {
  /// In the order of creation.
  public private(set) var bridges: [BridgeConfiguration] = []
  public internal(set) var openVSwitch = SwitchConfiguration()
  /// Files for encrypted connections; `nil` when none are set.
  public var ssl: SSLConfiguration?
  /// Where the frames go that rules report, and by which exporters.
  public internal(set) var collectorSets: [CollectorSetConfiguration] = []
  public internal(set) var ipfix: [IPFIXConfiguration] = []

  public init() {}

  /// Where a port stands.
  struct PortPlace: Equatable {
    var bridge: Int
    var port: Int
  }

  // MARK: Looking

  public func bridge(named name: String) throws(CommandError) -> BridgeConfiguration {
    bridges[try bridgeIndex(name)]
  }

  public func port(named name: String) throws(CommandError) -> PortConfiguration {
    let place = try place(ofPort: name)
    return bridges[place.bridge].ports[place.port]
  }

  func hasBridge(named name: String) -> Bool { bridges.contains { $0.name == name } }

  /// The bridge that has the port.
  func bridge(ofPort name: String) throws(CommandError) -> BridgeConfiguration {
    bridges[try place(ofPort: name).bridge]
  }

  func findPort(named name: String) -> PortPlace? {
    for (i, bridge) in bridges.enumerated() {
      if let j = bridge.ports.firstIndex(where: { $0.name == name }) { return PortPlace(bridge: i, port: j) }
    }
    return nil
  }

  private func bridgeIndex(_ name: String) throws(CommandError) -> Int {
    guard let index = bridges.firstIndex(where: { $0.name == name }) else {
      throw .missing("bridge", name, among: bridges.map(\.name))
    }
    return index
  }

  private func place(ofPort name: String) throws(CommandError) -> PortPlace {
    guard let place = findPort(named: name) else {
      throw .missing("port", name, among: bridges.flatMap { $0.ports.map(\.name) })
    }
    return place
  }

  // MARK: Changing

  mutating func addBridge(named name: String, generatedMAC: UInt64) throws(CommandError) {
    let head = "cannot create a bridge named \(name)"
    guard !hasBridge(named: name) else { throw CommandError("\(head): a bridge of that name exists") }
    if let place = findPort(named: name) {
      throw CommandError("\(head): a port of that name exists on bridge \(bridges[place.bridge].name)")
    }
    try Self.checkName(name, of: "bridge")
    guard bridges.count < BridgeIndex.limit else {
      throw CommandError("\(head): there are \(BridgeIndex.limit) bridges, the most that can be")
    }
    bridges.append(BridgeConfiguration(name: name, generatedMAC: generatedMAC))
  }

  mutating func removeBridge(named name: String) throws(CommandError) {
    bridges.remove(at: try bridgeIndex(name))
    collectorSets.removeAll { $0.bridge == name }
  }

  mutating func addPort(named name: String, to bridge: String) throws(CommandError) {
    let head = "cannot create a port named \(name)"
    let index = try bridgeIndex(bridge)
    if let place = findPort(named: name) {
      throw CommandError("\(head): a port of that name exists on bridge \(bridges[place.bridge].name)")
    }
    try Self.checkName(name, of: "port")
    guard bridges.reduce(0, { $0 + $1.ports.count }) < PortIndex.limit - 1 else {
      throw CommandError("\(head): there are \(PortIndex.limit - 1) ports, the most that can be")
    }
    bridges[index].ports.append(PortConfiguration(name: name))
  }

  /// - Parameter bridge: the bridge that must have the port; `nil` for whichever has.
  mutating func removePort(named name: String, from bridge: String?) throws(CommandError) {
    if let bridge { _ = try bridgeIndex(bridge) }
    let place = try place(ofPort: name)
    let owner = bridges[place.bridge].name
    guard bridge == nil || bridge == owner else {
      throw CommandError("bridge \(bridge ?? "") has no port \(name): it is on bridge \(owner)")
    }
    guard name != owner else {
      throw CommandError(
        "port \(name) is the local port of bridge \(owner) and goes only with it: del-br \(owner)")
    }
    bridges[place.bridge].ports.remove(at: place.port)
    for i in bridges[place.bridge].mirrors.indices { bridges[place.bridge].mirrors[i].forget(port: name) }
  }

  mutating func updateBridge(
    named name: String, _ change: (inout BridgeConfiguration) throws(CommandError) -> Void
  ) throws(CommandError) {
    try change(&bridges[try bridgeIndex(name)])
  }

  mutating func updatePort(
    named name: String, _ change: (inout PortConfiguration) throws(CommandError) -> Void
  ) throws(CommandError) {
    let place = try place(ofPort: name)
    try change(&bridges[place.bridge].ports[place.port])
  }

  /// Names become names of devices, sockets and OpenFlow ports, which have 16 bytes with a NUL.
  private static func checkName(_ name: String, of kind: String) throws(CommandError) {
    let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") }
    guard (1...15).contains(name.utf8.count), isPlain, name != ".", name != "..", !name.hasPrefix("-") else {
      throw CommandError(
        "'\(name)' is no name for a \(kind): 1 to 15 ASCII characters without spaces and '/', and no '-' at the start"
      )
    }
  }

  // MARK: Completing

  /// Checks what only the whole can show, and gives new ports their numbers. Called once, at the end of a
  /// transaction.
  mutating func complete() throws(CommandError) {
    try completeCollectorSets()
    for i in bridges.indices {
      for port in bridges[i].ports { try port.interface.validate() }
      let local = bridges[i].ports[0].interface
      guard local.type == InterfaceConfiguration.internalType else {
        throw CommandError("Interface \(local.name): the local port of a bridge is always of type internal")
      }
      guard local.requestedNumber == nil else {
        throw CommandError(
          "Interface \(local.name): ofport_request: the number of a local port is always LOCAL")
      }
      guard bridges[i].ports[0].owner == nil else {
        throw CommandError(
          "Port \(local.name): ephemeral: the local port of a bridge goes only with the bridge")
      }
      try bridges[i].validateControllers()
      try bridges[i].validateMirrors()
      try bridges[i].assignNumbers()
    }
  }
}

extension BridgeConfiguration {
  /// Numbers that are asked for come first, so that a port made in the same transaction cannot take them; a
  /// port whose wish is taken keeps the number that it has. The others get the lowest free number.
  mutating func assignNumbers() throws(CommandError) {
    var used = Set(ports.compactMap(\.interface.number))
    for i in ports.indices.dropFirst() {
      guard let wish = ports[i].interface.requestedNumber, ports[i].interface.number != wish else { continue }
      guard used.insert(wish).inserted else { continue }
      if let old = ports[i].interface.number { used.remove(old) }
      ports[i].interface.number = wish
    }
    var next: UInt16 = 1
    for i in ports.indices where ports[i].interface.number == nil {
      while used.contains(PortNumber(rawValue: next)) { next += 1 }
      guard next <= PortNumber.maximum.rawValue else {
        throw CommandError("bridge \(name): no port number is free")
      }
      ports[i].interface.number = PortNumber(rawValue: next)
      used.insert(PortNumber(rawValue: next))
    }
  }
}
