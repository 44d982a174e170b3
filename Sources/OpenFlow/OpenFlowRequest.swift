public import Flow
public import Match

/// Everything that a controller can send, decoded: an agent is one switch over it. A kind that is added needs a
/// case, a line in `init`, where it is decoded, and a line in `payload`, which writes and prints it.
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
  case setAsyncConfig(AsyncConfigMessage)
  case setControllerID(UInt16)
  case setFlowFormat(FlowFormat)
  case setPacketInFormat(PacketInFormat)
  /// NXT_FLOW_MOD_TABLE_ID: what to pass as `hasTableID` from now on.
  case setFlowModTableID(Bool)
  /// NXT_FLOW_AGE, which nothing is known about but its number.
  case flowAge

  // MARK: Changes
  case packetOut(PacketOut)
  case flowMod(FlowMod)
  case portMod(PortMod)
  case tableMod(TableMod)
  case groupMod(GroupMod)
  case meterMod(MeterMod)
  case bundleControl(BundleControl)
  case bundleAdd(BundleAdd)
  case tlvTableMod(TLVTableMod)
  case tlvTable
  /// NXT_RESUME: a paused frame comes back.
  case resume(Resume)
  case ctFlush(CTFlush)
  /// Of that number; from 1.4 on it is a request with a command.
  case cancelFlowMonitor(UInt32)

  // MARK: Statistics
  case description
  case flowStatistics(FlowStatisticsRequest)
  case aggregateStatistics(FlowStatisticsRequest)
  case tableStatistics
  /// Of one port, or of all when `.none`.
  case portStatistics(PortNumber)
  case portDescription(PortNumber)
  case tableFeatures
  case tableDescription
  case queueStatistics(QueueRequest)
  case queueConfig(QueueRequest)
  /// Of one group, or of `GroupID.all`.
  case groupStatistics(UInt32)
  case groupDescription(UInt32)
  case groupFeatures
  /// Of one meter, or of `MeterID.all`.
  case meterStatistics(UInt32)
  case meterConfig(UInt32)
  case meterFeatures
  case flowMonitor([FlowMonitorRequest])
  case ipfixBridge
  case ipfixFlow

  /// What is decoded from `head`; `nil` for what controllers do not send.
  init?(_ head: MessageHead, _ frame: OpenFlowFrame, hasTableID: Bool) throws(OpenFlowError) {
    switch head.kind {
    case .hello: self = .hello(Hello(frame))
    case .error: self = .error(try ErrorMessage(head))
    case .echoRequest: self = .echoRequest(Array(head.body))
    case .echoReply: self = .echoReply(Array(head.body))

    case .featuresRequest: self = .features
    case .getConfigRequest: self = .getConfig
    case .setConfig: self = .setConfig(try SwitchConfig(head))
    case .barrierRequest: self = .barrier
    case .roleRequest, .niciraRoleRequest: self = .role(try RoleMessage(head))
    case .getAsyncRequest: self = .getAsyncConfig
    case .setAsync, .niciraSetAsync, .niciraSetAsync2: self = .setAsyncConfig(try AsyncConfigMessage(head))
    case .setControllerID, .setFlowFormat, .setPacketInFormat, .flowModTableID:
      guard let setting = try SessionSetting(head) else { return nil }
      self.init(setting)
    case .flowAge: self = .flowAge

    case .packetOut: self = .packetOut(try PacketOut(head))
    case .flowMod, .niciraFlowMod: self = .flowMod(try FlowMod(head, hasTableID: hasTableID))
    case .portMod: self = .portMod(try PortMod(head))
    case .tableMod: self = .tableMod(try TableMod(head))
    case .groupMod, .niciraGroupMod: self = .groupMod(try GroupMod(head))
    case .meterMod: self = .meterMod(try MeterMod(head))
    case .bundleControl, .onfBundleControl:
      let control = try BundleControl(head)
      guard control.step.isRequest else { return nil }
      self = .bundleControl(control)
    case .bundleAdd, .onfBundleAdd: self = .bundleAdd(try BundleAdd(head, frame))
    case .tlvTableMod: self = .tlvTableMod(try TLVTableMod(head))
    case .tlvTableRequest: self = .tlvTable
    case .resume: self = .resume(try Resume(head))
    case .ctFlush, .ctFlushZone: self = .ctFlush(try CTFlush(head))
    case .flowMonitorCancel, .onfFlowMonitorCancel: self = .cancelFlowMonitor(try FlowMonitorCancel(head).id)

    case .descriptionRequest: self = .description
    case .flowRequest, .niciraFlowRequest: self = .flowStatistics(try FlowStatisticsRequest(head))
    case .aggregateRequest, .niciraAggregateRequest:
      self = .aggregateStatistics(try FlowStatisticsRequest(head))
    case .tableRequest: self = .tableStatistics
    case .portRequest: self = .portStatistics(try PortRequest(head).port)
    case .portDescriptionRequest: self = .portDescription(try PortRequest(head).port)
    case .tableFeaturesRequest:
      // With a body it is a request to change the tables, perhaps of several messages.
      guard head.body.isEmpty, head.multipartFlags != MessageHead.more else {
        throw OpenFlowError(.tableFeaturesForbidden)
      }
      self = .tableFeatures
    case .tableDescriptionRequest: self = .tableDescription
    case .queueRequest: self = .queueStatistics(try QueueRequest(head))
    case .queueGetConfigRequest, .queueDescriptionRequest: self = .queueConfig(try QueueRequest(head))
    case .groupRequest, .niciraGroupRequest: self = .groupStatistics(try GroupRequest(head).group)
    case .groupDescriptionRequest, .niciraGroupDescriptionRequest:
      self = .groupDescription(try GroupRequest(head).group)
    case .groupFeaturesRequest, .niciraGroupFeaturesRequest: self = .groupFeatures
    case .meterRequest: self = .meterStatistics(try MeterRequest(head).meter)
    case .meterConfigRequest: self = .meterConfig(try MeterRequest(head).meter)
    case .meterFeaturesRequest: self = .meterFeatures
    case .flowMonitorRequest, .onfFlowMonitorRequest, .niciraFlowMonitorRequest:
      self = .flowMonitor(try .init(head))
    case .ipfixBridgeRequest: self = .ipfixBridge
    case .ipfixFlowRequest: self = .ipfixFlow
    default: return nil
    }
  }

  private init(_ setting: SessionSetting) {
    switch setting {
    case .controllerID(let id): self = .setControllerID(id)
    case .flowFormat(let format): self = .setFlowFormat(format)
    case .packetInFormat(let format): self = .setPacketInFormat(format)
    case .flowModTableID(let isSet): self = .setFlowModTableID(isSet)
    }
  }

  /// What the request says, which can be written and printed.
  public var payload: any MessagePayload {
    switch self {
    case .hello(let hello): hello
    case .error(let error): error
    case .echoRequest(let data): Echo(data)
    case .echoReply(let data): Echo(data, isReply: true)

    case .features: BareMessage(.featuresRequest)
    case .getConfig: BareMessage(.getConfigRequest)
    case .setConfig(let config): SharedMessage(config, isReply: false)
    case .barrier: BareMessage(.barrierRequest)
    case .role(let role): SharedMessage(role, isReply: false)
    case .getAsyncConfig: BareMessage(.getAsyncRequest)
    case .setAsyncConfig(let config): SharedMessage(config, isReply: false)
    case .setControllerID(let id): SessionSetting.controllerID(id)
    case .setFlowFormat(let format): SessionSetting.flowFormat(format)
    case .setPacketInFormat(let format): SessionSetting.packetInFormat(format)
    case .setFlowModTableID(let isSet): SessionSetting.flowModTableID(isSet)
    case .flowAge: BareMessage(.flowAge)

    case .packetOut(let message): message
    case .flowMod(let mod): FlowModMessage(mod)
    case .portMod(let message): message
    case .tableMod(let message): message
    case .groupMod(let mod): mod
    case .meterMod(let mod): mod
    case .bundleControl(let control): control
    case .bundleAdd(let message): message
    case .tlvTableMod(let mod): mod
    case .tlvTable: BareMessage(.tlvTableRequest)
    case .resume(let message): message
    case .ctFlush(let flush): flush
    case .cancelFlowMonitor(let id): FlowMonitorCancel(id)

    case .description: BareMessage(.descriptionRequest)
    case .flowStatistics(let request): FlowStatisticsRequestMessage(request: request, isAggregate: false)
    case .aggregateStatistics(let request): FlowStatisticsRequestMessage(request: request, isAggregate: true)
    case .tableStatistics: BareMessage(.tableRequest)
    case .portStatistics(let port): PortRequest(port, isDescription: false)
    case .portDescription(let port): PortRequest(port, isDescription: true)
    case .tableFeatures: BareMessage(.tableFeaturesRequest)
    case .tableDescription: BareMessage(.tableDescriptionRequest)
    case .queueStatistics(let request): QueueRequestMessage(request: request, isConfig: false)
    case .queueConfig(let request): QueueRequestMessage(request: request, isConfig: true)
    case .groupStatistics(let group): GroupRequest(group, isDescription: false)
    case .groupDescription(let group): GroupRequest(group, isDescription: true)
    case .groupFeatures: GroupFeaturesRequest()
    case .meterStatistics(let meter): MeterRequest(meter, isConfig: false)
    case .meterConfig(let meter): MeterRequest(meter, isConfig: true)
    case .meterFeatures: BareMessage(.meterFeaturesRequest)
    case .flowMonitor(let requests): MultipartReply(requests)
    case .ipfixBridge: BareMessage(.ipfixBridgeRequest)
    case .ipfixFlow: BareMessage(.ipfixFlowRequest)
    }
  }
}

extension OpenFlowRequest {
  /// Decodes a message on a connection of that version.
  ///
  /// `hasTableID` is what the last `setFlowModTableID` said, at first `false`. Throws the error that answers the
  /// message, see `ErrorMessage`; the connection goes on.
  public static func decode(
    _ frame: OpenFlowFrame, version: OpenFlowVersion, hasTableID: Bool = false
  ) throws(OpenFlowError) -> OpenFlowRequest {
    guard frame.header.version == version.rawValue || frame.header.isHello else {
      throw OpenFlowError(.badVersion, frame.bytes.prefix(8))
    }
    let head = try MessageHead(frame)
    guard let request = try OpenFlowRequest(head, frame, hasTableID: hasTableID) else {
      throw OpenFlowError(head.multipartFlags == nil ? .badType : .badStatistics, frame.bytes.prefix(16))
    }
    return request
  }

  /// The message; empty when `version` has none that says this.
  public func encode(version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    payload.encode(version: version, xid: xid)
  }

  /// The message's name in `version`; `nil` when that has none.
  public func kind(in version: OpenFlowVersion) -> MessageKind? { payload.kind(in: version) }
}
