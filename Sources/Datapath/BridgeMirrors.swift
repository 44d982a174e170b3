public import Pipeline

/// The mirrors of a bridge: what workers know of them follows the settings and the ports. Used on the control thread.
final class BridgeMirrors {
  private let bridge: BridgeIndex
  private let state: LeftRight
  /// What workers have.
  private var current: MirrorSet?
  /// By name; they stay while a mirror is only changed.
  private var traffic: [String: TrafficCounter] = [:]

  init(bridge: BridgeIndex, state: LeftRight) {
    self.bridge = bridge
    self.state = state
  }

  /// Makes these the bridge's mirrors. Names of ports that there are not stand for nothing.
  /// - Returns: ports that take copies and did not before.
  func follow(_ settings: [MirrorSettings], ports: [BridgePort]) -> [BridgePort] {
    guard current != nil || !settings.isEmpty else { return [] }
    for mirror in settings where traffic[mirror.name] == nil { traffic[mirror.name] = .allocate() }
    let mirrors = settings.enumerated().compactMap { place, mirror in
      found(mirror, number: UInt8(truncatingIfNeeded: place), ports)
    }
    var added: [BridgePort] = []
    for port in ports {
      let flags = Self.flags(of: port, for: mirrors)
      if flags & ~port.mirrorFlags & PortRecord.Flag.mirrorOutput != 0 { added.append(port) }
      port.mirrorFlags = flags
    }
    publish(mirrors.isEmpty ? nil : .allocate(mirrors), ports)
    for name in Array(traffic.keys) where !settings.contains(where: { $0.name == name }) {
      traffic.removeValue(forKey: name)?.deallocate()
    }
    return added
  }

  private func publish(_ new: MirrorSet?, _ ports: [BridgePort]) {
    state.update { state in
      state.bridge(bridge)?.setMirrors(new)
      for port in ports { state.setPort(port.index, to: port.record, vlan: port.settings.vlan) }
    }
    current?.deallocate()
    current = new
  }

  /// `nil` for a mirror whose copies have nowhere to go.
  private func found(_ mirror: MirrorSettings, number: UInt8, _ ports: [BridgePort]) -> MirrorSet.Mirror? {
    func indexes(_ names: Set<String>) -> [PortIndex] {
      ports.filter { mirror.selectsAll || names.contains($0.name) }.map(\.index)
    }
    guard let traffic = traffic[mirror.name] else { return nil }
    let output: MirrorSet.Mirror.Output
    switch mirror.output {
    case .port(let name):
      guard let port = ports.first(where: { $0.name == name }) else { return nil }
      output = .port(port.index)
    case .vlan(let vlan): output = .vlan(vlan)
    case nil: return nil
    }
    return MirrorSet.Mirror(
      sources: indexes(mirror.sources), destinations: indexes(mirror.destinations), vlans: mirror.vlans,
      output: output, snapLength: mirror.snapLength, number: number, traffic: traffic)
  }

  private static func flags(of port: BridgePort, for mirrors: [MirrorSet.Mirror]) -> UInt16 {
    var flags: UInt16 = 0
    for mirror in mirrors {
      if mirror.sources.contains(port.index) { flags |= PortRecord.Flag.mirrorSource }
      if mirror.destinations.contains(port.index) { flags |= PortRecord.Flag.mirrorDestination }
      if mirror.output == .port(port.index) { flags |= PortRecord.Flag.mirrorOutput }
    }
    return flags
  }

  /// What went to the mirror of that name.
  func traffic(of name: String) -> TrafficCounter? { traffic[name] }

  /// Frees what workers had. The bridge is gone for them.
  func close() {
    current?.deallocate()
    current = nil
    for counter in traffic.values { counter.deallocate() }
    traffic = [:]
  }
}

extension Bridge {
  /// Frames that the mirror of that name got copies of, and their bytes as they came in. One that was copied into a VLAN
  /// counts once, however many ports carry it.
  public func mirrorTraffic(of name: String) -> TrafficCounter? { mirrors.traffic(of: name) }
}
