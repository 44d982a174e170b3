public import Flow
public import Match

/// Everything that a switch sends, decoded: answers, and what it says of its own accord. A kind that is added
/// needs a case, a line in `init`, where it is decoded, and a line in `payload`, which writes and prints it.
public enum SwitchMessage: Hashable, Sendable {
  // MARK: Either side
  case hello(Hello)
  case error(ErrorMessage)
  case echoRequest([UInt8])
  case echoReply([UInt8])

  // MARK: The switch
  case features(SwitchFeatures)
  case config(SwitchConfig)
  case barrier
  case role(RoleMessage)
  case asyncConfig(AsyncConfigMessage)

  // MARK: Asynchronous
  case packetIn(PacketInMessage)
  case flowRemoved(FlowRemoved)
  case portStatus(PortStatus)
  case tableStatus(TableStatus)
  case roleStatus(RoleStatus)
  case requestForward(RequestForward)
  /// Before 1.4; later it is one of `flowUpdates`.
  case flowMonitorPaused
  case flowMonitorResumed

  // MARK: Answers
  case bundleControl(BundleControl)
  case tlvTable(TLVTableReply)

  // MARK: Statistics
  case description(SwitchDescription)
  case flowStatistics([FlowStatistics], isNicira: Bool)
  case aggregateStatistics(AggregateStatistics, isNicira: Bool)
  case portStatistics([PortStatistics])
  case portDescription([PortDescription])
  case tableStatistics([TableStatistics])
  case tableFeatures([TableFeatures])
  case tableDescription([TableDescription])
  case queueStatistics([QueueStatistics])
  case queueConfig(QueueConfigReply)
  case groupStatistics([GroupStatistics])
  case groupDescription([GroupDescription])
  case groupFeatures(GroupFeatures)
  case meterStatistics([MeterStatistics])
  case meterConfig([MeterConfig])
  case meterFeatures(MeterFeatures)
  case flowUpdates([FlowUpdate])
  case ipfixBridge(IPFIXStatistics)
  case ipfixFlow([IPFIXStatistics])

  /// What is decoded from `head`; `nil` for what switches do not send.
  init?(_ head: MessageHead, _ frame: OpenFlowFrame) throws(OpenFlowError) {
    switch head.kind {
    case .hello: self = .hello(Hello(frame))
    case .error: self = .error(try ErrorMessage(head))
    case .echoRequest: self = .echoRequest(Array(head.body))
    case .echoReply: self = .echoReply(Array(head.body))

    case .featuresReply: self = .features(try SwitchFeatures(head))
    case .getConfigReply: self = .config(try SwitchConfig(head))
    case .barrierReply: self = .barrier
    case .roleReply, .niciraRoleReply: self = .role(try RoleMessage(head))
    case .getAsyncReply: self = .asyncConfig(try AsyncConfigMessage(head))

    case .packetIn, .niciraPacketIn, .niciraPacketIn2: self = .packetIn(try PacketInMessage(head))
    case .flowRemoved, .niciraFlowRemoved: self = .flowRemoved(try FlowRemoved(head))
    case .portStatus: self = .portStatus(try PortStatus(head))
    case .tableStatus: self = .tableStatus(try TableStatus(head))
    case .roleStatus, .onfRoleStatus: self = .roleStatus(try RoleStatus(head))
    case .requestForward, .onfRequestForward, .niciraRequestForward:
      self = .requestForward(try RequestForward(head))
    case .flowMonitorPaused, .onfFlowMonitorPaused: self = .flowMonitorPaused
    case .flowMonitorResumed, .onfFlowMonitorResumed: self = .flowMonitorResumed

    case .bundleControl, .onfBundleControl: self = .bundleControl(try BundleControl(head))
    case .tlvTableReply: self = .tlvTable(try TLVTableReply(head))

    case .descriptionReply:
      guard let first = try [SwitchDescription](head).first else { return nil }
      self = .description(first)
    case .flowReply: self = .flowStatistics(try .init(head), isNicira: false)
    case .niciraFlowReply: self = .flowStatistics(try .init(head), isNicira: true)
    case .aggregateReply, .niciraAggregateReply:
      guard let first = try [AggregateStatistics](head).first else { throw OpenFlowError(.badLength) }
      self = .aggregateStatistics(first, isNicira: head.kind == .niciraAggregateReply)
    case .portReply: self = .portStatistics(try .init(head))
    case .portDescriptionReply: self = .portDescription(try .init(head))
    case .tableReply: self = .tableStatistics(try .init(head))
    case .tableFeaturesReply: self = .tableFeatures(try .init(head))
    case .tableDescriptionReply: self = .tableDescription(try .init(head))
    case .queueReply: self = .queueStatistics(try .init(head))
    case .queueGetConfigReply, .queueDescriptionReply: self = .queueConfig(try QueueConfigReply(head))
    case .groupReply, .niciraGroupReply: self = .groupStatistics(try .init(head))
    case .groupDescriptionReply, .niciraGroupDescriptionReply: self = .groupDescription(try .init(head))
    case .groupFeaturesReply, .niciraGroupFeaturesReply: self = .groupFeatures(try GroupFeatures(head))
    case .meterReply: self = .meterStatistics(try .init(head))
    case .meterConfigReply: self = .meterConfig(try .init(head))
    case .meterFeaturesReply: self = .meterFeatures(try MeterFeatures(head))
    case .flowMonitorReply, .onfFlowMonitorReply, .niciraFlowMonitorReply:
      self = .flowUpdates(try .init(head))
    case .ipfixBridgeReply:
      guard let first = try [IPFIXStatistics](head).first else { throw OpenFlowError(.badLength) }
      self = .ipfixBridge(first)
    case .ipfixFlowReply: self = .ipfixFlow(try .init(head))
    default: return nil
    }
  }

  /// What the message says, which can be written and printed.
  public var payload: any MessagePayload {
    switch self {
    case .hello(let hello): hello
    case .error(let error): error
    case .echoRequest(let data): Echo(data)
    case .echoReply(let data): Echo(data, isReply: true)

    case .features(let features): features
    case .config(let config): SharedMessage(config, isReply: true)
    case .barrier: BareMessage(.barrierReply)
    case .role(let role): SharedMessage(role, isReply: true)
    case .asyncConfig(let config): SharedMessage(config, isReply: true)

    case .packetIn(let message): message
    case .flowRemoved(let message): message
    case .portStatus(let message): message
    case .tableStatus(let message): message
    case .roleStatus(let message): message
    case .requestForward(let message): message
    case .flowMonitorPaused: FlowMonitorPause(isResumed: false)
    case .flowMonitorResumed: FlowMonitorPause(isResumed: true)

    case .bundleControl(let control): control
    case .tlvTable(let table): table

    case .description(let description): MultipartReply([description])
    case .flowStatistics(let flows, let isNicira):
      MultipartReply(flows, as: isNicira ? .niciraFlowReply : nil)
    case .aggregateStatistics(let sums, let isNicira):
      MultipartReply([sums], as: isNicira ? .niciraAggregateReply : nil)
    case .portStatistics(let ports): MultipartReply(ports)
    case .portDescription(let ports): MultipartReply(ports)
    case .tableStatistics(let tables): MultipartReply(tables)
    case .tableFeatures(let tables): MultipartReply(tables)
    case .tableDescription(let tables): MultipartReply(tables)
    case .queueStatistics(let queues): MultipartReply(queues)
    case .queueConfig(let reply): reply
    case .groupStatistics(let groups): MultipartReply(groups)
    case .groupDescription(let groups): MultipartReply(groups)
    case .groupFeatures(let features): features
    case .meterStatistics(let meters): MultipartReply(meters)
    case .meterConfig(let meters): MultipartReply(meters)
    case .meterFeatures(let features): features
    case .flowUpdates(let updates): MultipartReply(updates)
    case .ipfixBridge(let statistics): MultipartReply([statistics], as: .ipfixBridgeReply)
    case .ipfixFlow(let statistics): MultipartReply(statistics)
    }
  }
}

extension SwitchMessage {
  /// Decodes a message of any version that a switch sent.
  public static func decode(_ frame: OpenFlowFrame) throws(OpenFlowError) -> SwitchMessage {
    let head = try MessageHead(frame)
    guard let message = try SwitchMessage(head, frame) else {
      throw OpenFlowError(head.multipartFlags == nil ? .badType : .badStatistics, frame.bytes.prefix(16))
    }
    return message
  }

  /// The messages: several only for long replies, none when `version` cannot say this.
  public func messages(version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    payload.messages(version: version, xid: xid)
  }
}
