import Classifier
import Match

/// The NORMAL action: a learning switch with VLANs. IEEE 802.1Q, clause 8; port modes as in Open vSwitch.
///
/// In order: VLAN on the way in, reserved addresses, learning, destination or flood, and for each port that
/// gets a copy the tag it wants.
extension Translator {
  mutating func forwardNormally() {
    guard let record = state.bridge(bridge) else { return }
    let port = state.port(ingress)
    let arrived = tags

    let tags: VLANTags
    switch internalTags(of: arrived, at: ingress, port) {
    case .taken(let inside): tags = inside
    case .refused(let reason): return because(reason)
    }
    // By a patch: what comes in by another port does not get here.
    if port.has(PortRecord.Flag.mirrorOutput) { return because(.reservedForMirror) }
    let destination = key[FlowKey.Word.ethernetDestination] >> 16
    if isReservedMulticast, !record.forwardsReservedMulticast { return because(.reservedMulticast) }
    noteSource(vlan: tags.vlanID, port)

    let isMulticast = destination >> 40 & 1 != 0
    // Where the source is has just been seen.
    if !isMulticast, destination == key[FlowKey.Word.ethernetSource] >> 16, ingress != .none {
      because(.destinationIsIngress)
    } else if !isMulticast, let target = place(of: destination, vlan: tags.vlanID, in: record) {
      let entry = state.port(target)
      if target == ingress { return because(.destinationIsIngress) }
      if entry.has(PortRecord.Flag.mirrorOutput) { return because(.reservedForMirror) }
      if port.has(PortRecord.Flag.isolated), entry.has(PortRecord.Flag.isolated) {
        return because(.isolatedPort)
      }
      guard carries(target, entry, tags) else { return because(.vlanNotOnPort) }
      if isTracing { traceLog.append(.remark(.forwardsTo(target))) }
      send(to: target, entry, tags)
    } else {
      if isTracing { traceLog.append(.remark(isMulticast ? .floodsGroup : .floodsUnknown)) }
      flood(tags, from: port, record)
    }
    setTags(arrived)
  }

  /// To every port that takes part in the frame's VLAN. Ports that want the frame as it is come first: the
  /// others cost a copy.
  private mutating func flood(
    _ tags: VLANTags, from port: PortRecord, _ record: BridgeRecord
  ) {
    because(.floodHasNoPort)
    let unchanged = frameTags
    for pass in 0..<2 {
      for position in 0..<record.portCount {
        let target = record.port(at: position)
        let entry = state.port(target)
        if target == ingress || entry.has(Self.unflooded) { continue }
        if port.has(PortRecord.Flag.isolated), entry.has(PortRecord.Flag.isolated) { continue }
        guard carries(target, entry, tags) else { continue }
        let isUnchanged = externalTags(of: tags, at: entry) == unchanged
        if isUnchanged == (pass == 0) { send(to: target, entry, tags) }
      }
    }
  }

  /// A port with any of these gets nothing that is flooded.
  private static var unflooded: UInt16 {
    PortRecord.Flag.unreachable | PortRecord.Flag.noFlood | PortRecord.Flag.mirrorOutput
  }

  /// Whether the frame is for the bridges of its link only: IEEE 802.1Q, table 8-1.
  var isReservedMulticast: Bool {
    key[FlowKey.Word.ethernetDestination] >> 16 & 0xffff_ffff_fff0 == 0x0180_c200_0000
  }

  private mutating func send(
    to target: PortIndex, _ entry: PortRecord, _ tags: VLANTags
  ) {
    setTags(externalTags(of: tags, at: entry))
    output(target, maximumLength: 0)
  }

  @inline(__always)
  private func place(of mac: UInt64, vlan: UInt16, in record: BridgeRecord) -> PortIndex? {
    if let port = learned(mac, vlan: vlan) { return port }
    if isNoting { notes.append(record.place(of: mac, vlan: vlan)) }
    return record.destination(of: mac, vlan: vlan)
  }

  /// Where the address is known to be because of this frame itself, when NORMAL saw it before.
  @inline(__always)
  private func learned(_ mac: UInt64, vlan: UInt16) -> PortIndex? {
    var place: PortIndex?
    for i in 0..<opCount {
      guard case .learn(bridge, mac, vlan, let port, _, _) = op(i) else { continue }
      place = port
    }
    return place
  }

  /// Notes where the source address was seen, unless it is a group address or no port can be named.
  private mutating func noteSource(vlan: UInt16, _ port: PortRecord) {
    let source = key[FlowKey.Word.ethernetSource] >> 16
    guard source >> 40 & 1 == 0, source != 0, ingress != .none else { return }
    let announces = isGratuitousARP
    if isNoting { notes.noteSource(announces ? nil : state.bridge(bridge)?.place(of: source, vlan: vlan)) }
    emit(
      .learn(
        bridge: bridge, mac: source, vlan: vlan, port: ingress, announces: announces,
        onTrunk: port.mode != .access))
  }

  /// RFC 5944, section 4.6: a reply, or a request for the sender's own address, to everybody.
  private var isGratuitousARP: Bool {
    let destination = key[FlowKey.Word.ethernetDestination]
    guard destination == 0xffff_ffff_ffff_0806 else { return false }
    let operation = key[FlowKey.Word.ip] >> 24 & 0xff
    let addresses = key[FlowKey.Word.ipv4]
    return operation == 2 || operation == 1 && addresses >> 32 == addresses & 0xffff_ffff
  }

  // MARK: VLANs

  /// What a port makes of a frame's tags.
  enum InternalTags {
    case taken(VLANTags)
    case refused(DropReason)
  }

  /// The tags that a frame which arrived with `tags` has inside the bridge: the outer one names its VLAN.
  func internalTags(of tags: VLANTags, at index: PortIndex, _ port: PortRecord) -> InternalTags {
    // A frame that the switch itself sends, without a port, may be in any VLAN.
    guard index != .none else { return .taken(tags) }
    switch port.mode {
    case .access:
      return tags.vlanID == 0 ? .taken(tagged(tags, vlan: port.tag)) : .refused(.taggedOnAccessPort)
    case .trunk, .nativeTagged, .nativeUntagged:
      if tags.vlanID == 0, port.mode != .trunk { return .taken(tagged(tags, vlan: port.tag)) }
      return carries(index, port, tags) ? .taken(tags) : .refused(.vlanNotOnPort)
    case .dot1qTunnel:
      guard state.tunnel(index, takes: tags.vlanID) else { return .refused(.vlanNotOnPort) }
      guard !tags.isFull else { return .refused(.headroomExhausted) }
      var result = tags
      result.push(VLANTags.tag(tpid: port.tunnelTPID, tci: port.tag))
      return .taken(result)
    }
  }

  /// An untagged or priority-tagged frame in `vlan`; its priority stays.
  private func tagged(_ tags: VLANTags, vlan: UInt16) -> VLANTags {
    var result = tags
    if tags.hasTag {
      result.outer = tags.outer | UInt32(vlan)
    } else {
      result.push(VLANTags.tag(tpid: 0x8100, tci: vlan))
    }
    return result
  }

  /// Whether the port takes part in the VLAN of `tags`, as they are inside the bridge.
  ///
  /// An access port sends frames without a tag, so none that has another VLAN inside. A port with a native VLAN
  /// carries that one in any case, and never VLAN 0.
  func carries(
    _ index: PortIndex, _ port: PortRecord, _ tags: VLANTags
  ) -> Bool {
    switch port.mode {
    case .access: tags.vlanID == port.tag && tags.innerVLANID == 0
    case .trunk: state.trunk(index, carries: tags.vlanID)
    case .nativeTagged, .nativeUntagged:
      tags.vlanID == port.tag || tags.vlanID != 0 && state.trunk(index, carries: tags.vlanID)
    case .dot1qTunnel: tags.vlanID == port.tag && state.tunnel(index, takes: tags.innerVLANID)
    }
  }

  /// The tags that a frame with `tags` inside the bridge leaves the port with.
  func externalTags(of tags: VLANTags, at port: PortRecord) -> VLANTags {
    var result = tags
    switch port.mode {
    case .trunk, .nativeTagged: break
    case .access:
      result.pop()
      // A customer's priority tag that came through a tunnel.
      let priority = result.hasTag ? result.priorityBits : tags.priorityBits
      result.pop()
      return withPriority(priority, result, at: port)
    case .nativeUntagged: if tags.vlanID == port.tag { result.pop() }
    case .dot1qTunnel: result.pop()
    }
    guard result.vlanID == 0, result.inner == 0 else { return result }
    // A customer's priority tag, now that the outer one is gone.
    if result != tags, result.hasTag { return result }
    let priority = tags.priorityBits
    result.pop()
    return withPriority(priority, result, at: port)
  }

  /// `tags`, with a tag of VLAN 0 in front if the port wants the priority told.
  private func withPriority(_ priority: UInt16, _ tags: VLANTags, at port: PortRecord) -> VLANTags {
    let wants =
      switch port.priorityTags {
      case .never: false
      case .ifNonzero: priority != 0
      case .always: true
      }
    var result = tags
    if wants { result.push(VLANTags.tag(tpid: 0x8100, tci: priority)) }
    return result
  }
}
