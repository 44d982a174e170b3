import Bytes
public import Flow
public import Match

/// Everything that a controller can send, decoded: an agent is one switch over it.
public enum OpenFlowRequest: Hashable, Sendable {
  // MARK: Either side
  case hello(Hello)
  case error(ErrorMessage)
  case echoRequest([UInt8])
  case echoReply([UInt8])

  // MARK: The switch
  case features
  case getConfig
  case setConfig(SwitchConfig)
  case barrier
  case role(RoleMessage)
  case getAsyncConfig
  case setAsyncConfig(AsyncConfig)
  /// NXT_SET_CONTROLLER_ID: which `controller(id=)` actions this connection answers to.
  case setControllerID(UInt16)
  case setFlowFormat(FlowFormat)
  case setPacketInFormat(PacketInFormat)
  /// NXT_FLOW_MOD_TABLE_ID: what to pass as `hasTableID` from now on.
  case setFlowModTableID(Bool)

  // MARK: Changes
  case packetOut(PacketOut)
  case flowMod(FlowMod)
  case portMod(PortMod)
  case tableMod(TableMod)
  /// A delete of groups or meters, of which there are none: nothing to do, and no error.
  case deleteGroups
  case deleteMeters

  // MARK: Statistics
  case description
  case flowStatistics(FlowStatisticsRequest)
  case aggregateStatistics(FlowStatisticsRequest)
  case tableStatistics
  /// Of one port, or of all when `.none`.
  case portStatistics(PortNumber)
  case portDescription
  case tableFeatures

  /// Decodes a message on a connection of that version.
  ///
  /// `hasTableID` is what the last `setFlowModTableID` said, at first `false`. Throws the error that answers the
  /// message, see `ErrorMessage`; the connection goes on.
  public static func decode(
    _ frame: OpenFlowFrame, version: OpenFlowVersion, hasTableID: Bool = false
  ) throws(OpenFlowError) -> OpenFlowRequest {
    let type = frame.header.type
    let body = frame.body
    if type == MessageType.hello { return .hello(Hello(frame)) }
    guard frame.header.version == version.rawValue else {
      throw OpenFlowError(.badVersion, frame.bytes.prefix(8))
    }
    switch type {
    case MessageType.error: return .error(try ErrorMessage(body, version: version))
    case MessageType.echoRequest: return .echoRequest(Array(body))
    case MessageType.echoReply: return .echoReply(Array(body))
    case MessageType.experimenter: return try nicira(body, version: version, hasTableID: hasTableID)
    case MessageType.featuresRequest: return try .features.expecting(empty: body)
    case MessageType.getConfigRequest: return try .getConfig.expecting(empty: body)
    case MessageType.setConfig: return .setConfig(try SwitchConfig(body))
    case MessageType.packetOut: return .packetOut(try PacketOut(body, version: version))
    case MessageType.flowMod:
      return .flowMod(try version == .v10 ? FlowMod(v10: body, hasTableID: hasTableID) : FlowMod(v13: body))
    case MessageType.portMod(version): return .portMod(try PortMod(body, version: version))
    case MessageType.multipartRequest(version): return try multipart(body, version: version)
    case MessageType.barrierRequest(version): return try .barrier.expecting(empty: body)
    default: break
    }
    guard version == .v13 else { throw OpenFlowError(.badType, frame.bytes.prefix(8)) }
    switch type {
    case MessageType.groupMod13: return try deletion(body, command: 2, .deleteGroups, else: .outOfGroups)
    case MessageType.meterMod13: return try deletion(body, command: 2, .deleteMeters, else: .outOfMeters)
    case MessageType.tableMod13: return .tableMod(try TableMod(body))
    case MessageType.roleRequest13: return .role(try RoleMessage(body))
    case MessageType.getAsyncRequest13: return try .getAsyncConfig.expecting(empty: body)
    case MessageType.setAsync13: return .setAsyncConfig(try AsyncConfig(body))
    default: throw OpenFlowError(.badType, frame.bytes.prefix(8))
    }
  }

  /// Decodes an experimenter message.
  private static func nicira(
    _ body: ArraySlice<UInt8>, version: OpenFlowVersion, hasTableID: Bool
  ) throws(OpenFlowError) -> OpenFlowRequest {
    var reader = MessageReader(body)
    guard try reader.read(UInt32.self) == ExperimenterID.nicira else {
      throw OpenFlowError(.badExperimenter, body.prefix(8))
    }
    let subtype = try reader.read(UInt32.self)
    switch subtype {
    case NiciraType.roleRequest: return .role(try RoleMessage(nicira: reader.remaining))
    case NiciraType.setAsyncConfig: return .setAsyncConfig(try AsyncConfig(reader.remaining))
    case NiciraType.setFlowFormat where version == .v10:
      guard let format = FlowFormat(rawValue: try reader.read()) else {
        throw OpenFlowError(.forbidden, body)
      }
      return try .setFlowFormat(format).expecting(empty: reader.remaining)
    case NiciraType.setPacketInFormat:
      guard let format = PacketInFormat(rawValue: try reader.read()) else {
        throw OpenFlowError(.forbidden, body)
      }
      return try .setPacketInFormat(format).expecting(empty: reader.remaining)
    case NiciraType.setControllerID:
      guard try reader.take(6).allSatisfy({ $0 == 0 }) else { throw OpenFlowError(.mustBeZero, body) }
      return try .setControllerID(try reader.read()).expecting(empty: reader.remaining)
    case NiciraType.flowModTableID where version == .v10:
      let isSet = try reader.read(UInt8.self) != 0
      try reader.skip(7)
      return try .setFlowModTableID(isSet).expecting(empty: reader.remaining)
    case NiciraType.flowMod where version == .v10:
      return .flowMod(try FlowMod(nxm: reader.remaining, hasTableID: hasTableID))
    default: throw OpenFlowError(.badSubtype, body.prefix(8))
    }
  }

  /// Decodes a request for statistics. There are no queues, groups and meters, and the features say so: requests
  /// for them get `badStatistics`.
  private static func multipart(
    _ body: ArraySlice<UInt8>, version: OpenFlowVersion
  ) throws(OpenFlowError) -> OpenFlowRequest {
    var reader = MessageReader(body)
    let number = try reader.read(UInt16.self)
    let flags = try reader.read(UInt16.self)
    if version == .v13 { try reader.skip(4) }
    guard let type = MultipartType(rawValue: number) else {
      throw OpenFlowError(.badStatistics, body.prefix(4))
    }
    switch type {
    case .description: return try .description.expecting(empty: reader.remaining)
    case .flow: return .flowStatistics(try FlowStatisticsRequest(reader.remaining, version: version))
    case .aggregate:
      return .aggregateStatistics(try FlowStatisticsRequest(reader.remaining, version: version))
    case .table: return try .tableStatistics.expecting(empty: reader.remaining)
    case .portStatistics:
      let port = try reader.readPort(version, else: .badPort)
      try reader.skip(version == .v10 ? 6 : 4)
      return try .portStatistics(port).expecting(empty: reader.remaining)
    case .portDescription: return try .portDescription.expecting(empty: reader.remaining)
    case .tableFeatures:
      guard version == .v13 else { throw OpenFlowError(.badStatistics, body.prefix(4)) }
      // With a body it is a request to change the tables, perhaps of several messages.
      guard reader.isEmpty, flags & multipartMore == 0 else { throw OpenFlowError(.tableFeaturesForbidden) }
      return .tableFeatures
    case .experimenter:
      guard try reader.read(UInt32.self) == ExperimenterID.nicira else {
        throw OpenFlowError(.badExperimenter, body.prefix(8))
      }
      let subtype = try reader.read(UInt32.self)
      guard version == .v10, subtype == MultipartType.niciraFlow || subtype == MultipartType.niciraAggregate
      else {
        throw OpenFlowError(.badSubtype, body.prefix(12))
      }
      try reader.skip(4)
      let request = try FlowStatisticsRequest(nicira: reader.remaining)
      return subtype == MultipartType.niciraFlow ? .flowStatistics(request) : .aggregateStatistics(request)
    }
  }

  /// A group mod or meter mod: `request` when its command is to delete, else an error.
  private static func deletion(
    _ body: ArraySlice<UInt8>, command: UInt16, _ request: OpenFlowRequest, else code: OpenFlowErrorCode
  ) throws(OpenFlowError) -> OpenFlowRequest {
    var reader = MessageReader(body)
    let isDelete = try reader.read(UInt16.self) == command
    try reader.skip(6)
    guard isDelete else { throw OpenFlowError(code, body.prefix(8)) }
    return request
  }

  /// Itself, if nothing is left of the body; else throws `badLength`.
  private func expecting(empty body: ArraySlice<UInt8>) throws(OpenFlowError) -> OpenFlowRequest {
    guard body.isEmpty else { throw OpenFlowError(.badLength, body) }
    return self
  }
}
