import Sys

/// What stands around an AF_XDP port, as far as frames can be lost by it.
struct AFXDPSurroundings {
  /// The far end of a veth.
  struct FarEnd: Equatable {
    var name: String
    /// What to put in front of a command for it.
    var prefix: String
    var state: DeviceState
  }

  /// What a device has that decides what is lost.
  struct DeviceState: Equatable {
    var features: LinkFeatures
    /// Bytes of the longest IP packet.
    var mtu: Int
  }

  enum Kind {
    /// A veth; `nil` when its far end cannot be looked at.
    case veth(FarEnd?)
    /// A TAP device: who writes to it decides what its frames are like, and nobody else can tell.
    case tap
    case other
  }

  var device: String
  /// What to put in front of a command for it.
  var prefix: String
  var kind: Kind
  var state: DeviceState
  var isGeneric: Bool
  /// Queues that are served.
  var queues: Int

  /// What is lost, each with the command that prevents it.
  var warnings: [String] {
    var warnings: [String] = []
    switch kind {
    case .veth(let end?):
      let features = end.state.features
      var lost: [String] = []
      var words = ""
      if features.transmitsUnfinishedChecksums {
        lost.append("checksums")
        words += " tx off"
      }
      if features.transmitsTagsBeside {
        lost.append("VLAN tags")
        words += " txvlan off tx-vlan-stag-hw-insert off"
      }
      if !lost.isEmpty {
        warnings.append(
          "the far end leaves \(lost.joined(separator: " and ")) to the device, and they are lost: "
            + "\(end.prefix)ethtool -K \(end.name)\(words)")
      }
      warnings += Self.mtuWarnings("far end", end.name, end.prefix, end.state)
    case .veth(nil):
      warnings.append(
        "the far end is in a network namespace without a name; unless that was done there, checksums and VLAN tags "
          + "are lost: ethtool -K DEVICE tx off txvlan off tx-vlan-stag-hw-insert off")
    case .tap: break
    case .other:
      if state.features.takesTagsOut {
        warnings.append(
          "the device takes VLAN tags out, and they are lost: \(prefix)ethtool -K \(device) rxvlan off")
      }
      if isGeneric, state.features.mergesReceived {
        warnings.append(
          "the device merges frames, and long ones are lost: \(prefix)ethtool -K \(device) gro off")
      }
    }
    warnings += Self.mtuWarnings("device", device, prefix, state)
    let present = state.features.receiveQueues
    if present > queues {
      warnings.append(
        "the device receives by \(present) queues, and what comes by others than the first "
          + "\(queues == 1 ? "one" : "\(queues)") goes to the host: options:n_rxq=\(present)")
    }
    return warnings
  }

  private static func mtuWarnings(
    _ what: String, _ name: String, _ prefix: String, _ state: DeviceState
  ) -> [String] {
    let limit = AFXDPPort.largestMTU
    guard state.mtu > limit else { return [] }
    return [
      "the \(what)'s MTU is \(state.mtu), and packets longer than \(limit) bytes are lost: "
        + "\(prefix)ip link set \(name) mtu \(limit)"
    ]
  }
}

extension AFXDPPort: ReportingPort {
  public func report() -> PortReport {
    PortReport(facts: ["xdp-mode": mode.rawValue], warnings: surroundings?.warnings ?? [])
  }

  /// What stands around the port now; `nil` when the device is gone.
  private var surroundings: AFXDPSurroundings? {
    let name = name
    let found = try? looking(in: namespace) { () throws(SysError) in
      (try AFXDPSurroundings.DeviceState(of: name), try LinkPeer.lookup(name))
    }
    guard let (state, peer) = found else { return nil }
    let kind: AFXDPSurroundings.Kind =
      switch peer {
      case .found(let peer): .veth(farEnd(peer))
      case .outOfSight: .veth(nil)
      case .none(kind: "tun"): .tap
      case .none: .other
      }
    return AFXDPSurroundings(
      device: name, prefix: namespace.commandPrefix, kind: kind, state: state, isGeneric: mode == .generic,
      queues: xdpQueues.count)
  }

  private func farEnd(_ peer: LinkPeer) -> AFXDPSurroundings.FarEnd? {
    let place: NetworkNamespace? =
      switch peer.place {
      case .here: namespace
      case .ofThisProcess: nil
      case .namespace(let namespace): namespace
      }
    let state = try? looking(in: place) { () throws(SysError) in
      try AFXDPSurroundings.DeviceState(of: peer.name)
    }
    return state.map { AFXDPSurroundings.FarEnd(name: peer.name, prefix: place.commandPrefix, state: $0) }
  }

  private func looking<Value: Sendable>(
    in namespace: NetworkNamespace?, _ body: @escaping @Sendable () throws(SysError) -> Value
  ) throws(SysError) -> Value {
    guard let namespace else { return try body() }
    return try namespace.run(body)
  }
}

extension AFXDPSurroundings.DeviceState {
  /// Asks the device called `name` of the namespace of the calling thread.
  fileprivate init(of name: String) throws(SysError) {
    self.init(features: try LinkFeatures.lookup(name), mtu: try Link(name).mtu())
  }
}
