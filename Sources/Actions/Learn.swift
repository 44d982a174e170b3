import Match

extension Action {
  /// `learn(...)`: adds or modifies a rule that is made from the frame at hand.
  public struct Learn: Hashable, Sendable {
    /// One part of the match or of the actions of the rule that is made.
    public struct Specification: Hashable, Sendable {
      public enum Source: Hashable, Sendable {
        /// Bits of the frame at hand.
        case field(Subfield)
        /// For fields of more than 128 bits, the lowest ones; the others are 0.
        case value(UInt128)
      }

      public enum Target: Hashable, Sendable {
        /// The rule demands the value in these bits.
        case match(Subfield)
        /// The rule writes the value to these bits.
        case load(Subfield)
        /// The rule outputs to the port of that number. The source is a field.
        case output
      }

      public var source: Source
      /// Has as many bits as the source.
      public var target: Target

      public init(_ source: Source, to target: Target) {
        self.source = source
        self.target = target
      }
    }

    public var table: UInt8
    public var priority: UInt16
    /// Seconds, 0 for never.
    public var idleTimeout: UInt16
    public var hardTimeout: UInt16
    /// What the timeouts become when a TCP segment with FIN or RST is seen; 0 leaves them as they are.
    public var finIdleTimeout: UInt16
    public var finHardTimeout: UInt16
    public var cookie: UInt64
    /// Whether controllers are told when the learned rule is gone.
    public var sendsFlowRemoved: Bool
    /// Whether learned rules go when the last rule goes that can make them.
    public var deletesLearned: Bool
    /// How many rules with the cookie the table may have; 0 for any number.
    public var limit: UInt32
    /// A bit that says whether the limit let the rule be.
    public var result: Subfield?
    public var specifications: [Specification]

    public init(
      table: UInt8 = 1, priority: UInt16 = 0x8000, idleTimeout: UInt16 = 0, hardTimeout: UInt16 = 0,
      finIdleTimeout: UInt16 = 0, finHardTimeout: UInt16 = 0, cookie: UInt64 = 0,
      sendsFlowRemoved: Bool = false, deletesLearned: Bool = false, limit: UInt32 = 0,
      result: Subfield? = nil, specifications: [Specification] = []
    ) {
      self.table = table
      self.priority = priority
      self.idleTimeout = idleTimeout
      self.hardTimeout = hardTimeout
      self.finIdleTimeout = finIdleTimeout
      self.finHardTimeout = finHardTimeout
      self.cookie = cookie
      self.sendsFlowRemoved = sendsFlowRemoved
      self.deletesLearned = deletesLearned
      self.limit = limit
      self.result = result
      self.specifications = specifications
    }
  }
}

extension Action.Learn {
  static let keywords = ["learn"]

  private static let settings = [
    "table", "priority", "idle_timeout", "hard_timeout", "fin_idle_timeout", "fin_hard_timeout", "cookie",
    "send_flow_rem", "delete_learned", "limit", "result_dst", "load", "output",
  ]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    var learn = Action.Learn()
    for setting in try call.settings() {
      switch setting.name {
      case "table": learn.table = UInt8(try setting.number(in: 0...254))
      case "priority": learn.priority = try number16(setting)
      case "idle_timeout": learn.idleTimeout = try number16(setting)
      case "hard_timeout": learn.hardTimeout = try number16(setting)
      case "fin_idle_timeout": learn.finIdleTimeout = try number16(setting)
      case "fin_hard_timeout": learn.finHardTimeout = try number16(setting)
      case "cookie": learn.cookie = try setting.number(in: 0...UInt64.max)
      case "limit": learn.limit = UInt32(try setting.number(in: 0...UInt64(UInt32.max)))
      case "send_flow_rem":
        try setting.refuseArgument()
        learn.sendsFlowRemoved = true
      case "delete_learned":
        try setting.refuseArgument()
        learn.deletesLearned = true
      case "result_dst": learn.result = try parseResult(setting)
      case "load": learn.specifications.append(try .parseLoad(setting))
      case "output": learn.specifications.append(try .parseOutput(setting))
      case let name where Field.namedOnWire(name.prefix { $0 != "[" }) != nil:
        learn.specifications.append(try .parseMatch(setting, ports: ports))
      default: throw setting.unknown(in: call.keyword, known: settings + Field.all.map(\.name))
      }
    }
    return .learn(learn)
  }

  private static func number16(_ setting: ActionCall) throws(FlowSyntaxError) -> UInt16 {
    UInt16(try setting.number(in: 0...0xffff))
  }

  private static func parseResult(_ setting: ActionCall) throws(FlowSyntaxError) -> Subfield {
    let text = try setting.argument(expected: "a bit of a field")
    let offset = setting.argumentOffset
    let result = try Subfield.parse(text, at: offset)
    guard result.bits == 1 else {
      throw FlowSyntaxError(
        .badValue(of: setting.keyword, value: String(text), expected: "a single bit"), at: offset)
    }
    guard result.field.isWritable else { throw FlowSyntaxError(readOnly: result.field, at: offset) }
    return result
  }

  func append(to text: inout String, names: PortNaming) {
    text += "learn(table=\(table)"
    if idleTimeout != 0 { text += ",idle_timeout=\(idleTimeout)" }
    if hardTimeout != 0 { text += ",hard_timeout=\(hardTimeout)" }
    if finIdleTimeout != 0 { text += ",fin_idle_timeout=\(finIdleTimeout)" }
    if finHardTimeout != 0 { text += ",fin_hard_timeout=\(finHardTimeout)" }
    if priority != 0x8000 { text += ",priority=\(priority)" }
    if sendsFlowRemoved { text += ",send_flow_rem" }
    if deletesLearned { text += ",delete_learned" }
    if cookie != 0 {
      text += ",cookie="
      text.appendNumber(cookie)
    }
    if limit != 0 { text += ",limit=\(limit)" }
    if let result { text += ",result_dst=\(result)" }
    for specification in specifications {
      text += ","
      specification.append(to: &text, names: names)
    }
    text += ")"
  }
}
