import Actions
import Flow
import Match
import OVSOracle
import OpenFlow
import Pipeline

/// The real Open vSwitch with two bridges of ports that only exist in its memory. Somebody else has started it, and
/// starts it again when it ends.
///
/// Two of its settings make it say at once what it thinks of each frame: with a flow limit of 0 nothing is cached, so
/// every frame goes through the OpenFlow tables and is counted there; its time stands still unless a case lets it pass.
final class OpenVSwitch {
  private let directory: String
  private var control: Unixctl
  private var channels: [OpenFlowChannel] = []
  /// Those to give rules to bridges in older versions, made when they are needed.
  private var olderChannels: [OpenFlowVersion: [OpenFlowChannel]] = [:]
  private var captures: [PortName: CaptureTail] = [:]
  private var layout = Layout()
  /// Frames that each bridge's ports have got so far.
  private var received: [UInt64] = []

  init(directory: String) throws {
    self.directory = directory
    control = try Unixctl(path: "\(directory)/vs.ctl")
    try build()
    _ = try control.call("time/stop")
    for bridge in 0..<Layout.bridgeCount {
      let channel = try OpenFlowChannel(path: "\(directory)/br\(bridge).mgmt")
      // Without a length to send there are no packet-ins on this socket.
      _ = try channel.perform([
        OpenFlowRequest.setConfig(SwitchConfig(missSendLength: 0xffff)).payload
          .encode(version: OpenFlowChannel.version, xid: 77)
      ])
      channels.append(channel)
      received.append(try receivedFrames(of: bridge))
    }
    for port in Layout.ports { captures[port] = try CaptureTail(path: "\(directory)/\(port).pcap") }
  }

  /// Whether the daemon that this object talks to still runs.
  var isAlive: Bool { (try? control.call("version")) != nil }

  // MARK: Building

  private func vsctl(_ words: [String]) throws {
    let result = OVSOfctl.run(
      ["--db=unix:\(directory)/db.sock", "--timeout=20"] + words, program: "ovs-vsctl")
    guard result.succeeded else {
      throw OracleFault("ovs-vsctl \(words.joined(separator: " ")): \(result.text)")
    }
  }

  private func build() throws {
    // By itself, so that nothing of what an earlier run set is left.
    try vsctl((0..<Layout.bridgeCount).flatMap { ["--", "--if-exists", "del-br", "br\($0)"] })
    var words = ["set", "Open_vSwitch", ".", "other_config:flow-limit=0", "other_config:vlan-limit=0"]
    for bridge in 0..<Layout.bridgeCount {
      words += ["--", "add-br", "br\(bridge)"]
      words += ["--", "set", "bridge", "br\(bridge)", "datapath_type=dummy", "fail_mode=secure"]
      words += ["protocols=OpenFlow10,OpenFlow11,OpenFlow13,OpenFlow15"]
      words += [
        "other_config:hwaddr=02:00:00:00:ff:0\(bridge)",
        "other_config:datapath-id=000000000000000\(bridge + 1)",
      ]
    }
    for port in Layout.ports {
      if port.number != PortName.local { words += ["--", "add-port", "br\(port.bridge)", "\(port)"] }
      words += [
        "--", "set", "interface", "\(port)", "options:tx_pcap=\(directory)/\(port).pcap", "mtu_request=9000",
      ]
      if port.number != PortName.local { words += ["type=dummy", "ofport_request=\(port.number)"] }
    }
    for number in Layout.patches {
      for (bridge, peer) in [(0, "b"), (1, "a")] {
        let port = PortName(bridge: bridge, number: number)
        words += [
          "--", "add-port", "br\(bridge)", "\(port)", "--", "set", "interface", "\(port)", "type=patch",
        ]
        words += ["options:peer=\(peer)\(number)", "ofport_request=\(number)"]
      }
    }
    try vsctl(words)
  }

  private func adopt(_ new: Layout) throws {
    guard new != layout else { return }
    var words: [String] = []
    for port in Set(new.settings.keys).union(layout.settings.keys).sorted() {
      let (old, settings) = (layout.settings[port] ?? PortSettings(), new.settings[port] ?? PortSettings())
      guard old != settings else { continue }
      if old.vlan != settings.vlan || old.isProtected != settings.isProtected {
        words += (words.isEmpty ? [] : ["--"]) + settings.databaseWords(for: "\(port)")
      }
      if old.flags != settings.flags { try setFlags(settings.flags, of: port) }
    }
    if !words.isEmpty { try vsctl(words) }
    for port in new.down.symmetricDifference(layout.down) {
      _ = try control.call(
        "netdev-dummy/set-admin-state", ["\(port)", new.down.contains(port) ? "down" : "up"])
    }
    if new.mirrors != layout.mirrors {
      try vsctl(["clear", "bridge", "br0", "mirrors", "--", "clear", "bridge", "br1", "mirrors"])
      // One by one: so their order is known.
      for (bridge, mirrors) in new.mirrors.sorted(by: { $0.key < $1.key }) {
        for mirror in mirrors { try vsctl(mirror.databaseWords(for: "br\(bridge)")) }
      }
    }
    layout = new
  }

  /// In 1.0, for later versions do not have all flags.
  private func setFlags(_ flags: PortFlags, of port: PortName) throws {
    let words: [(PortFlags, String)] = [
      (.noReceive, "receive"), (.noFlood, "flood"), (.noForward, "forward"), (.noPacketIn, "packet-in"),
    ]
    for (flag, word) in words {
      let result = OVSOfctl.run([
        "mod-port", "unix:\(directory)/br\(port.bridge).mgmt", "\(port)",
        (flags.contains(flag) ? "no-" : "") + word,
      ])
      guard result.succeeded, result.text.isEmpty else {
        throw OracleFault("mod-port \(port): \(result.text)")
      }
    }
  }

  // MARK: Running

  /// What it does with the case.
  func run(_ prepared: Prepared) throws -> Outcome {
    var outcome = Outcome()
    try adopt(prepared.original.layout)
    for bridge in 0..<Layout.bridgeCount {
      _ = try control.call("fdb/flush", ["br\(bridge)"])
      try install(prepared, on: bridge, &outcome)
      _ = channels[bridge].takeUnasked()
    }
    for capture in captures.values { _ = try capture.take() }
    var changes = 0
    for step in prepared.original.steps {
      switch step {
      case .frames(let port, let frames): try feed(frames, to: port)
      case .group:
        let mod = prepared.changes[changes]
        let bytes = mod.encode(version: OpenFlowChannel.version, xid: channels[0].nextXID())
        if let reason = try channels[0].perform([bytes])[0] { outcome.refusedChanges[changes] = reason }
        changes += 1
      case .time(let milliseconds): _ = try control.call("time/warp", ["\(milliseconds)"])
      }
    }
    for (port, capture) in captures {
      let frames = try capture.take()
      if !frames.isEmpty { outcome.frames[port] = frames }
    }
    for bridge in 0..<Layout.bridgeCount { try count(prepared, on: bridge, &outcome) }
    return outcome
  }

  private func install(_ prepared: Prepared, on bridge: Int, _ outcome: inout Outcome) throws {
    let version = OpenFlowChannel.version
    let channel = channels[bridge]
    func message(_ payload: some MessagePayload) -> [UInt8] {
      payload.encode(version: version, xid: channel.nextXID())
    }
    var messages = [
      message(FlowModMessage(FlowMod(command: .delete, table: 255))),
      message(GroupMod(command: .delete, group: GroupID.all)),
      message(MeterMod(command: .delete, config: MeterConfig(meter: MeterID.all))),
    ]
    let first = messages.count
    if bridge == 0 { messages += prepared.groups.map { message($0) } + prepared.meters.map { message($0) } }
    for (place, reason) in try channel.perform(messages) {
      switch place - first {
      case ..<0: throw OracleFault("clearing is refused: \(reason)")
      case ..<prepared.groups.count: outcome.refusedGroups[place - first] = reason
      default: outcome.refusedMeters[place - first - prepared.groups.count] = reason
      }
    }
    let installer = try self.channel(to: bridge, version: prepared.original.version)
    let places = prepared.rules.indices.filter { prepared.rules[$0].bridge == bridge }
    let rules = places.map { place in
      var bytes = prepared.rules[place].bytes
      let xid = installer.nextXID()
      for i in 0..<4 { bytes[4 + i] = UInt8(truncatingIfNeeded: xid >> UInt32(24 - 8 * i)) }
      return bytes
    }
    for (place, reason) in try installer.perform(rules) { outcome.refusedRules[places[place]] = reason }
  }

  private func channel(to bridge: Int, version: OpenFlowVersion) throws -> OpenFlowChannel {
    if version == OpenFlowChannel.version { return channels[bridge] }
    if let known = olderChannels[version] { return known[bridge] }
    let new = try (0..<Layout.bridgeCount).map { bridge in
      let channel = try OpenFlowChannel(path: "\(directory)/br\(bridge).mgmt", version: version)
      // So that rules of 1.0 can say which table they are for.
      let setting = SessionSetting.flowModTableID(true).encode(version: version, xid: channel.nextXID())
      if let reason = try channel.perform([setting])[0] {
        throw OracleFault("a setting is refused: \(reason)")
      }
      return channel
    }
    olderChannels[version] = new
    return new[bridge]
  }

  /// Lets frames come in and waits until they were dealt with: each turn of its main loop takes one.
  private func feed(_ frames: [[UInt8]], to port: PortName) throws {
    _ = try control.call("netdev-dummy/receive", ["\(port)"] + frames.map(\.hexadecimal))
    received[port.bridge] += UInt64(frames.count)
    while try receivedFrames(of: port.bridge) < received[port.bridge] {}
  }

  private func receivedFrames(of bridge: Int) throws -> UInt64 {
    guard case .portStatistics(let ports) = try channels[bridge].ask(.portStatistics(.none)) else {
      throw OracleFault("no statistics of ports")
    }
    let real = Set(Layout.ports.filter { $0.bridge == bridge }.map(\.number))
    return ports.filter { real.contains($0.number.rawValue) }.reduce(0) { $0 + ($1.receivedPackets ?? 0) }
  }

  private func count(_ prepared: Prepared, on bridge: Int, _ outcome: inout Outcome) throws {
    let channel = channels[bridge]
    // In the version in which they came, for not every one can say all that another one can.
    let installer = try self.channel(to: bridge, version: prepared.original.version)
    guard
      case .flowStatistics(let rules, _) = try installer.ask(.flowStatistics(FlowStatisticsRequest()))
    else { throw OracleFault("no statistics of rules") }
    for rule in rules {
      outcome.counters[prepared.name(of: rule), default: []].append(
        .init(packets: rule.packets, bytes: rule.bytes))
    }
    for frame in channel.takeUnasked() {
      if case .fromSwitch(.packetIn(let message)) = try? OpenFlowMessage.decode(frame) {
        outcome.packetIns.append(message.words(bridge: bridge))
      }
    }
    guard bridge == 0 else { return }
    if !prepared.groups.isEmpty {
      guard case .groupStatistics(let groups) = try channel.ask(.groupStatistics(GroupID.all)) else {
        throw OracleFault("no statistics of groups")
      }
      for group in groups {
        outcome.counters["group \(group.group)"] =
          [.init(packets: group.total.packets, bytes: group.total.bytes)]
        for (place, bucket) in group.buckets.enumerated() {
          guard let name = prepared.name(ofBucket: place, ofGroup: group.group) else { continue }
          outcome.counters[name] = [.init(packets: bucket.packets, bytes: bucket.bytes)]
        }
      }
    }
    if !prepared.meters.isEmpty {
      guard case .meterStatistics(let meters) = try channel.ask(.meterStatistics(MeterID.all)) else {
        throw OracleFault("no statistics of meters")
      }
      for meter in meters {
        outcome.counters["meter \(meter.meter)"] =
          [.init(packets: meter.packets, bytes: meter.bytes)]
          + meter.bands.map { .init(packets: $0.packets, bytes: $0.bytes) }
      }
    }
  }

  /// What it says of its way through the tables. The case's rules are still there after `run`.
  func trace(_ frame: [UInt8], from port: PortName) throws -> String {
    try control.call("ofproto/trace", ["br\(port.bridge)", "in_port=\(port.number)", frame.hexadecimal])
  }
}

extension PortSettings {
  /// Words that make `ovs-vsctl` give a port these settings.
  func databaseWords(for port: String) -> [String] {
    func set(_ numbers: Set<UInt16>) -> String {
      "[" + numbers.sorted().map(String.init).joined(separator: ",") + "]"
    }
    var words = ["clear", "port", port, "vlan_mode", "tag", "trunks", "cvlans", "other_config"]
    words += ["--", "set", "port", port, "protected=\(isProtected)"]
    if vlan == VLANSettings() { return words }
    words += [
      "vlan_mode=\(vlan.mode.rawValue)", "trunks=\(set(vlan.trunks))", "cvlans=\(set(vlan.customerVLANs))",
    ]
    if vlan.mode != .trunk { words.append("tag=\(vlan.tag)") }
    words.append("other_config:qinq-ethtype=\(vlan.tunnelTPID == 0x8100 ? "802.1q" : "802.1ad")")
    words.append("other_config:priority-tags=\(vlan.priorityTags.rawValue)")
    return words
  }
}

extension MirrorSettings {
  /// Words that make `ovs-vsctl` give a bridge this mirror.
  func databaseWords(for bridge: String) -> [String] {
    var ports = sources.union(destinations)
    var words = ["create", "mirror", "name=\(name)", "select_all=\(selectsAll)"]
    func list(_ names: Set<String>) -> String {
      "[" + names.sorted().map { "@\($0)" }.joined(separator: ",") + "]"
    }
    words += ["select_src_port=\(list(sources))", "select_dst_port=\(list(destinations))"]
    words.append("select_vlan=[" + vlans.sorted().map(String.init).joined(separator: ",") + "]")
    switch output {
    case .port(let port):
      ports.insert(port)
      words.append("output_port=@\(port)")
    case .vlan(let vlan): words.append("output_vlan=\(vlan)")
    case nil: break
    }
    if snapLength > 0 { words.append("snaplen=\(snapLength)") }
    let names = ports.sorted().flatMap { ["--id=@\($0)", "get", "port", $0, "--"] }
    return ["--"] + names + ["--id=@m"] + words + ["--", "add", "bridge", bridge, "mirrors", "@m"]
  }
}
