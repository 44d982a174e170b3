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

  // MARK: Statistics
  case description(SwitchDescription)
  case flowStatistics([FlowStatistics], isNicira: Bool)
  case aggregateStatistics(AggregateStatistics, isNicira: Bool)
  case portStatistics([PortStatistics])
  case portDescription([PortDescription])

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

    case .description(let description): MultipartReply([description])
    case .flowStatistics(let flows, let isNicira):
      MultipartReply(flows, as: isNicira ? .niciraFlowReply : nil)
    case .aggregateStatistics(let sums, let isNicira):
      MultipartReply([sums], as: isNicira ? .niciraAggregateReply : nil)
    case .portStatistics(let ports): MultipartReply(ports)
    case .portDescription(let ports): MultipartReply(ports)
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
