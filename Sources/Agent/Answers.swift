import Actions
import Datapath
import Flow
import Match
import OpenFlow
import Pipeline

/// What each request is answered with.
extension OpenFlowConnection {
  /// The messages that answer `request`; none for those that only change something.
  func answer(
    _ request: OpenFlowRequest, to frame: OpenFlowFrame, version: OpenFlowVersion
  ) throws(OpenFlowError) -> [[UInt8]] {
    let xid = frame.header.xid
    let bridge = agent.bridge
    switch request {
    case .hello, .error, .echoReply: return []
    case .echoRequest(let data): return [Echo(data, isReply: true).encode(version: version, xid: xid)]
    case .barrier: return [SwitchMessage.barrier.payload.encode(version: version, xid: xid)]
    case .features:
      // Later versions have a request of its own for them.
      let ports = version < .v13 ? bridge.ports.map { PortDescription($0) } : []
      let features = SwitchFeatures(
        datapathID: bridge.datapathID, tableCount: UInt8(BridgeRecord.tableCount), ports: ports)
      return [features.encode(version: version, xid: xid)]

    case .getConfig:
      var config = switchConfig
      config.fragments = SwitchConfig.Fragments(bridge.settings.fragments)
      return [config.encode(version: version, xid: xid)]
    case .setConfig(let config): try set(config)
    case .role(let message): return [try change(message).encode(version: version, xid: xid)]
    case .getAsyncConfig: return [AsyncConfigMessage(asyncConfig).encode(version: version, xid: xid)]
    case .setAsyncConfig(let message):
      asyncConfig = message.applied(to: asyncConfig)
      agent.noteListeners()
    case .setControllerID(let id):
      controllerID = id
      agent.noteListeners()
    case .setFlowFormat(let format): flowFormat = format
    case .setPacketInFormat(let format): packetInFormat = format
    case .setFlowModTableID(let isSet): flowModsHaveTableID = isSet

    case .packetOut(let message):
      try check(message, version: version)
      send(message)
    case .portMod(let message): try apply(message)
    case .tableMod(let message): try apply(message)
    // Flow mods are collected before they come here.
    case .flowMod: try checkMayChange()
    case .groupMod(let mod): try apply(mod, xid: xid)
    case .meterMod(let mod): try apply(mod, xid: xid)
    case .bundleControl(let control): return try handle(control, frame, version: version)
    case .bundleAdd(let message): try keep(message, frame)
    case .tlvTableMod(let mod):
      try checkMayChange()
      try agent.tlvTable.apply(mod)
    case .tlvTable: return SwitchMessage.tlvTable(agent.tlvTable.reply).messages(version: version, xid: xid)
    case .resume(let message): try resume(message.packetIn)
    // No connection is tracked: there is nothing to forget.
    case .ctFlush: try checkMayChange()
    case .cancelFlowMonitor(let id): try cancelMonitor(id)
    case .flowAge: throw OpenFlowError(.badSubtype)

    case .groupStatistics(let group):
      return groupStatistics(of: group).messages(version: version, xid: xid)
    case .groupDescription(let group):
      return groupDescriptions(of: group).messages(version: version, xid: xid)
    case .groupFeatures: return groupFeatures(version).messages(version: version, xid: xid)
    case .meterStatistics(let meter):
      return try meterStatistics(of: meter).messages(version: version, xid: xid)
    case .meterConfig(let meter): return try meterConfigs(of: meter).messages(version: version, xid: xid)
    case .meterFeatures: return meterFeatures.messages(version: version, xid: xid)
    case .flowMonitor(let requests): return try monitor(requests, xid: xid, version: version)
    // Rules alone say what is reported.
    case .ipfixBridge: throw OpenFlowError(.ipfixNotConfigured)
    case .ipfixFlow:
      let statistics = agent.flowIPFIX()
      guard !statistics.isEmpty else { throw OpenFlowError(.ipfixNotConfigured) }
      return SwitchMessage.ipfixFlow(statistics).messages(version: version, xid: xid)

    case .description: return description.encode(version: version, xid: xid)
    case .flowStatistics(let request):
      try checkTable(request.table)
      return request.reply(bridge.flows(matching: FlowFilter(request)), version: version, xid: xid)
    case .aggregateStatistics(let request):
      try checkTable(request.table)
      let sums = bridge.aggregate(matching: FlowFilter(request))
      return request.reply(
        AggregateStatistics(packets: sums.packets, bytes: sums.bytes, flows: UInt32(clamping: sums.flows)),
        version: version, xid: xid)
    case .tableStatistics:
      let tables = bridge.tables.map { TableStatistics($0) }
      return TableStatistics.encode(tables, version: version, xid: xid)
    case .portStatistics(let number):
      let ports = number == .none ? bridge.ports : [try port(number, else: .badPort)]
      return PortStatistics.encode(ports.map { PortStatistics($0) }, version: version, xid: xid)
    case .portDescription(let number):
      let ports = number == .none ? bridge.ports : [try port(number, else: .badPort)]
      return PortDescription.encode(ports.map { PortDescription($0) }, version: version, xid: xid)
    case .tableDescription: return tableDescriptions.messages(version: version, xid: xid)
    case .queueStatistics(let request):
      return try queueStatistics(request).messages(version: version, xid: xid)
    case .queueConfig(let request):
      return try queueConfigs(request, version: version).messages(version: version, xid: xid)
    case .tableFeatures:
      let last = UInt8(BridgeRecord.tableCount - 1)
      let tables = (0...last).map {
        TableFeatures(
          table: $0, name: "table\($0)", maximumEntries: UInt32(FlowTables.limit), lastTable: last)
      }
      return TableFeatures.encode(tables, version: version, xid: xid)
    }
    return []
  }

  private var description: SwitchDescription {
    SwitchDescription(
      manufacturer: "Apus", hardware: "Userspace switch", software: agent.software,
      datapath: agent.bridge.name)
  }

  /// A secondary may only read. OpenFlow 1.3.5, section 6.3.6.
  func checkMayChange() throws(OpenFlowError) {
    if role == .secondary { throw OpenFlowError(.isSecondary) }
  }

  /// Statistics are asked of a table that is there, or of all of them.
  private func checkTable(_ table: UInt8) throws(OpenFlowError) {
    guard table == 255 || table < BridgeRecord.tableCount else { throw OpenFlowError(.badTableID) }
  }

  private func set(_ config: SwitchConfig) throws(OpenFlowError) {
    switchConfig = config
    if let version, version <= .v12 { asyncConfig.wantsInvalidTTL(config.sendsInvalidTTL) }
    // That of a connection is its own; this is the bridge's. A secondary's wish is passed over, as in Open vSwitch.
    let fragments = FragmentHandling(config.fragments)
    if role != .secondary, fragments != agent.bridge.settings.fragments {
      agent.changes.setFragments(agent.bridge, fragments)
    }
    agent.noteListeners()
  }

  private func change(_ message: RoleMessage) throws(OpenFlowError) -> RoleMessage {
    if message.role == .primary || message.role == .secondary, !message.isNicira {
      if let newest = agent.roleGeneration, Int64(bitPattern: message.generation &- newest) < 0 {
        throw OpenFlowError(.staleRole)
      }
      agent.roleGeneration = message.generation
    }
    if message.role != .noChange { role = message.role }
    if role == .primary { agent.demotePrimaries(except: self) }
    agent.noteListeners()
    return RoleMessage(role, generation: agent.roleGeneration ?? ~0, isNicira: message.isNicira)
  }

  func port(_ number: PortNumber, else code: OpenFlowErrorCode) throws(OpenFlowError) -> BridgePort {
    guard let port = agent.bridge.port(number) else { throw OpenFlowError(code) }
    return port
  }

  /// The port that `message` is about. Throws when it may not be changed so.
  func port(for message: PortMod) throws(OpenFlowError) -> BridgePort {
    let port = try port(message.port, else: .portModBadPort)
    guard message.hardwareAddress == port.mac else { throw OpenFlowError(.portModBadAddress) }
    return port
  }

  func apply(_ message: PortMod) throws(OpenFlowError) {
    try checkMayChange()
    let port = try port(for: message)
    let mask = PortFlags(rawValue: message.mask.rawValue)
    let wanted = PortFlags(rawValue: message.config.rawValue)
    let flags = port.settings.flags.subtracting(mask).union(wanted.intersection(mask))
    agent.changes.setFlags(port, flags)
    agent.notePorts()
  }

  /// Throws when `message` may not be sent.
  func check(_ message: PacketOut, version: OpenFlowVersion) throws(OpenFlowError) {
    try checkMayChange()
    guard message.buffer == nil else { throw OpenFlowError(.bufferUnknown) }
    guard message.frame.count >= 14 else { throw OpenFlowError(.badPacket) }
    let match = FlowMatch(ofFrame: message.frame)
    do throws(ActionError) {
      try ActionList.validate(message.actions, for: match, table: 255, version: version)
    } catch {
      throw OpenFlowError(error.code)
    }
    if let effect = UnsupportedEffects.first(in: match, message.actions) { throw OpenFlowError(effect.code) }
    guard UnsupportedEffects.first(in: FlowMatch(), message.metadataWrites) == nil else {
      throw OpenFlowError(.badField)
    }
    if let missing = agent.bridge.missingTarget(of: message.actions) { throw OpenFlowError(missing) }
  }

  /// Sends a paused frame on, as the controller gives it back. Open vSwitch asks for no role, either.
  private func resume(_ message: PacketInMessage) throws(OpenFlowError) {
    guard let (high, low) = message.continuation?.token else { throw OpenFlowError(.staleContinuation) }
    guard
      agent.bridge.resume(
        PauseToken(high: high, low: low), frame: message.frame, metadata: message.metadata.key)
    else { throw OpenFlowError(.staleContinuation) }
  }

  /// Sends the frame. Metadata that it counts as having is written first.
  func send(_ message: PacketOut) {
    let writes = message.metadataWrites
    agent.bridge.send(message.frame, inPort: message.inPort, actions: writes + message.actions)
  }
}

extension PacketOut {
  /// The metadata as writes of the fields that it names.
  fileprivate var metadataWrites: [Action] {
    Field.all.filter { !$0.isOverlay }.compactMap { field in
      let mask = field.mask(in: metadata)
      guard mask != 0, field.name != "in_port" else { return nil }
      return .setField(.init(field: field, value: field.value(in: metadata), mask: mask))
    }
  }
}
