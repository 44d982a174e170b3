public import Bytes
public import Match

/// Which asynchronous messages a controller gets. OpenFlow 1.3.5 section A.3.10, 1.4 section A.3.10; in earlier
/// versions, Nicira's extension.
public struct AsyncConfig: Hashable, Sendable {
  /// Reasons by number: bit n for reason n of that message.
  public struct Reasons: Hashable, Sendable {
    public var packetIn: UInt32
    public var portStatus: UInt32
    public var flowRemoved: UInt32
    public var roleStatus: UInt32 = 0
    public var tableStatus: UInt32 = 0
    public var requestForward: UInt32 = 0

    public init(packetIn: UInt32, portStatus: UInt32, flowRemoved: UInt32) {
      self.packetIn = packetIn
      self.portStatus = portStatus
      self.flowRemoved = flowRemoved
    }

    /// By message, in the order of the properties of 1.4.
    fileprivate subscript(index: Int) -> UInt32 {
      get {
        switch index {
        case 0: packetIn
        case 1: portStatus
        case 2: flowRemoved
        case 3: roleStatus
        case 4: tableStatus
        default: requestForward
        }
      }
      set {
        switch index {
        case 0: packetIn = newValue
        case 1: portStatus = newValue
        case 2: flowRemoved = newValue
        case 3: roleStatus = newValue
        case 4: tableStatus = newValue
        default: requestForward = newValue
        }
      }
    }
  }

  /// For a controller that is primary or equal.
  public var active: Reasons
  public var secondary: Reasons

  public init(active: Reasons, secondary: Reasons) {
    self.active = active
    self.secondary = secondary
  }

  /// What holds until a controller asks otherwise. No packet-in for an invalid TTL; to a secondary, port
  /// changes alone.
  public init(initialIn version: OpenFlowVersion) {
    self.init(
      active: version < .v14
        ? Reasons(packetIn: 0b011, portStatus: 0b111, flowRemoved: 0b1111)
        : Reasons(packetIn: 0b11_1011, portStatus: 0b111, flowRemoved: 0b11_1111),
      secondary: Reasons(packetIn: 0, portStatus: 0b111, flowRemoved: 0))
  }

  /// Sets whether a controller that is primary or equal gets frames whose TTL ends: the flag
  /// `OFPC_INVALID_TTL_TO_CONTROLLER` of OpenFlow 1.1 and 1.2.
  public mutating func wantsInvalidTTL(_ isWanted: Bool) {
    if isWanted { active.packetIn |= 1 << 2 } else { active.packetIn &= ~(1 << 2) }
  }

  /// Nothing at all.
  fileprivate static var none: AsyncConfig {
    let none = Reasons(packetIn: 0, portStatus: 0, flowRemoved: 0)
    return AsyncConfig(active: none, secondary: none)
  }

  /// Whether a packet-in, a port status or a flow removal for `reason` is wanted.
  public func wants(packetIn reason: UInt8, isSecondary: Bool) -> Bool {
    Self.has((isSecondary ? secondary : active).packetIn, reason)
  }
  public func wants(portStatus reason: PortStatus.Reason, isSecondary: Bool) -> Bool {
    Self.has((isSecondary ? secondary : active).portStatus, reason.rawValue)
  }
  public func wants(flowRemoved reason: FlowRemoved.Reason, isSecondary: Bool) -> Bool {
    Self.has((isSecondary ? secondary : active).flowRemoved, reason.rawValue)
  }

  public func wants(roleStatus reason: UInt8, isSecondary: Bool) -> Bool {
    Self.has((isSecondary ? secondary : active).roleStatus, reason)
  }
  public func wants(requestForward reason: UInt8, isSecondary: Bool) -> Bool {
    Self.has((isSecondary ? secondary : active).requestForward, reason)
  }

  private static func has(_ set: UInt32, _ reason: UInt8) -> Bool {
    reason < 32 && set & (1 << UInt32(reason)) != 0
  }
}

/// A configuration as it is set and told: in 1.4 and later a list of those parts that are to change.
public struct AsyncConfigMessage: SharedContent {
  /// What the message says; 0 where it says nothing.
  public private(set) var config: AsyncConfig
  /// Types of the properties that the message has, in their order; `nil` for the form that says all.
  public private(set) var properties: [UInt16]?

  /// Nicira's form that says all, in whatever version.
  public private(set) var isNicira = false

  /// A message that says all of `config`.
  public init(_ config: AsyncConfig) { self.config = config }

  /// `base` with what the message says changed.
  public func applied(to base: AsyncConfig) -> AsyncConfig {
    var result = base
    for type in properties ?? Array(0..<6) {
      let index = Int(type) / 2
      if type & 1 == 0 {
        result.secondary[index] = config.secondary[index]
      } else {
        result.active[index] = config.active[index]
      }
    }
    return result
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    config = .none
    switch head.kind {
    case .niciraSetAsync2: break
    case _ where head.version >= .v14 && head.kind != .niciraSetAsync: break
    default:
      isNicira = head.kind == .niciraSetAsync && head.version != .v10
      for index in 0..<3 {
        config.active[index] = try reader.read()
        config.secondary[index] = try reader.read()
      }
      return
    }
    var types: [UInt16] = []
    while let property = try reader.nextProperty() {
      var value = property.value
      guard property.type < 12 else { throw OpenFlowError(.asyncConfigUnsupported, property.bytes) }
      guard value.count == 4 else { throw OpenFlowError(.badPropertyLength, property.bytes) }
      let index = Int(property.type / 2)
      let bits = try value.read(UInt32.self)
      guard bits & ~Self.masks(head.version)[index] == 0 else {
        throw OpenFlowError(.asyncConfigInvalid, property.bytes)
      }
      if property.type & 1 == 0 { config.secondary[index] = bits } else { config.active[index] = bits }
      types.append(property.type)
    }
    properties = types
  }

  /// Reasons that there are, by message.
  private static func masks(_ version: OpenFlowVersion) -> [UInt32] {
    [version < .v14 ? 0x7 : 0x3f, 0x7, 0x3f, 0x7, 0x18, 0x3]
  }

  public func kind(in version: OpenFlowVersion, isReply: Bool) -> MessageKind? {
    if isReply { return .getAsyncReply }
    if isNicira { return .niciraSetAsync }
    if version >= .v14 { return .setAsync }
    if properties != nil { return .niciraSetAsync2 }
    return version == .v13 ? .setAsync : .niciraSetAsync
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    if isNicira || version < .v14, properties == nil {
      for index in 0..<3 {
        writer.write(config.active[index])
        writer.write(config.secondary[index])
      }
      return
    }
    for type in properties ?? Array(0..<12) {
      let index = Int(type) / 2
      writer.property(type) { $0.write(type & 1 == 0 ? config.secondary[index] : config.active[index]) }
    }
  }

  public func print(to printer: inout MessagePrinter) {
    for (role, reasons) in [("primary", config.active), ("secondary", config.secondary)] {
      printer.append(role == "primary" ? "\n primary:\n" : "\n secondary:\n")
      for (index, message) in Self.names.enumerated() {
        let bits = reasons[index] & Self.masks(printer.version)[index]
        let words = message.reasons.enumerated().filter { bits & 1 << UInt32($0.offset) != 0 }
          .map(\.element).filter { !$0.isEmpty }
        let all = bits == 0 ? "(off)" : words.joined(separator: " ")
        printer.append(
          String(repeating: " ", count: 16 - message.name.count) + message.name + ": " + all + "\n")
      }
    }
  }

  private static let names: [(name: String, reasons: [String])] = [
    ("PACKET_IN", ["no_match", "action", "invalid_ttl", "action_set", "group", "packet_out"]),
    ("PORT_STATUS", ["add", "delete", "modify"]),
    ("FLOW_REMOVED", ["idle", "hard", "delete", "group_delete", "meter_delete", "eviction"]),
    ("ROLE_STATUS", ["primary_request", "configuration_changed", "experimenter_data_changed"]),
    ("TABLE_STATUS", ["", "", "", "vacancy_down", "vacancy_up"]),
    ("REQUESTFORWARD", ["group_mod_request", "meter_mod_request"]),
  ]
}
