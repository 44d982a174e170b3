import Bytes
import Match

extension Action {
  /// `fin_timeout(...)`: a TCP segment with FIN or RST shortens the timeouts of the rule.
  public struct FinTimeout: Hashable, Sendable {
    /// Seconds, 0 to leave the timeout as it is.
    public var idleTimeout: UInt16
    public var hardTimeout: UInt16

    public init(idleTimeout: UInt16 = 0, hardTimeout: UInt16 = 0) {
      self.idleTimeout = idleTimeout
      self.hardTimeout = hardTimeout
    }
  }
}

/// `NXAST_FIN_TIMEOUT`.
extension Action.FinTimeout: ActionForm {
  static let keywords = ["fin_timeout"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    var timeouts = Action.FinTimeout()
    for setting in try call.settings() {
      switch setting.name {
      case "idle_timeout": timeouts.idleTimeout = UInt16(try setting.number(in: 0...0xffff))
      case "hard_timeout": timeouts.hardTimeout = UInt16(try setting.number(in: 0...0xffff))
      default: throw setting.unknown(in: call.keyword, known: ["idle_timeout", "hard_timeout"])
      }
    }
    return .finTimeout(timeouts)
  }

  func append(to text: inout String) {
    var settings: [String] = []
    if idleTimeout != 0 { settings.append("idle_timeout=\(idleTimeout)") }
    if hardTimeout != 0 { settings.append("hard_timeout=\(hardTimeout)") }
    text += "fin_timeout(" + settings.joined(separator: ",") + ")"
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(19)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.demand(count: 6)
    let idle: UInt16 = try body.read()
    let hard: UInt16 = try body.read()
    try body.skip(2)
    return .finTimeout(Action.FinTimeout(idleTimeout: idle, hardTimeout: hard))
  }

  func encode(to encoder: inout ActionEncoder) {
    encoder.nicira(19) { writer in
      writer.write(idleTimeout)
      writer.write(hardTimeout)
    }
  }
}
