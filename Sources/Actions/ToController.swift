import Bytes
import Match

/// `controller`, `controller:max_len`, `controller(reason=...,max_len=...,id=...)`. An output to the reserved
/// port; with a reason or an ID, `NXAST_CONTROLLER`.
enum ToController: ActionForm {
  static let keywords = ["controller"]

  private static let reasons: [(name: String, reason: PacketInReason)] = [
    ("no_match", .noMatch), ("action", .action), ("invalid_ttl", .invalidTTL),
  ]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    var target = Action.Controller()
    guard call.argument != nil else { return .controller(target) }
    guard call.isParenthesized, call.argument?.first?.isNumber != true else {
      target.maximumLength = UInt16(try call.number(in: 0...0xffff))
      return .controller(target)
    }
    for (key, value) in try call.options(["max_len", "reason", "id"]) {
      switch key {
      case "max_len": target.maximumLength = UInt16(try value.number(of: key, in: 0...0xffff))
      case "id": target.controllerID = UInt16(try value.number(of: key, in: 0...0xffff))
      default: target.reason = try reason(value)
      }
    }
    return .controller(target)
  }

  private static func reason(_ piece: ActionCall.Piece) throws(FlowSyntaxError) -> PacketInReason {
    if let known = reasons.first(where: { $0.name == piece.text.lowercased() }) { return known.reason }
    let nearest = nearestName(to: piece.text, among: reasons.map(\.name))
    throw FlowSyntaxError(
      .unknown(kind: "reason", name: String(piece.text), nearest: nearest), at: piece.offset)
  }

  static func append(_ target: Action.Controller, to text: inout String) {
    guard needsExtension(target) else {
      text += "CONTROLLER:\(target.maximumLength)"
      return
    }
    var options: [String] = []
    if target.reason != .action, let known = reasons.first(where: { $0.reason == target.reason }) {
      options.append("reason=\(known.name)")
    }
    if target.maximumLength != 0xffff { options.append("max_len=\(target.maximumLength)") }
    if target.controllerID != 0 { options.append("id=\(target.controllerID)") }
    text += "controller(" + options.joined(separator: ",") + ")"
  }

  /// Whether the standard's output says too little.
  private static func needsExtension(_ target: Action.Controller) -> Bool {
    target.reason != .action || target.controllerID != 0
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(20)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    var target = Action.Controller()
    target.maximumLength = try body.read()
    target.controllerID = try body.read()
    guard let reason = PacketInReason(rawValue: try body.read()) else {
      throw OpenFlowError(.badActionArgument)
    }
    target.reason = reason
    try body.skip(1)
    return .controller(target)
  }

  static func encode(_ target: Action.Controller, to encoder: inout ActionEncoder) {
    guard needsExtension(target) else {
      Output.encode(.controller, maximumLength: target.maximumLength, to: &encoder)
      return
    }
    encoder.nicira(20) { writer in
      writer.write(target.maximumLength)
      writer.write(target.controllerID)
      writer.write(target.reason.rawValue)
      writer.write(UInt8(0))
    }
  }
}
