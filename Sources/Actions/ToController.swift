import Bytes
import Match

/// `controller`, `controller:max_len`, `controller(reason=...,max_len=...,id=...,userdata=...,pause,meter_id=...)`.
/// An output to the reserved port; with a reason or an ID `NXAST_CONTROLLER`; with more `NXAST_CONTROLLER2`.
enum ToController: ActionForm {
  static let keywords = ["controller"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    var target = Action.Controller()
    guard let argument = call.argument else { return .controller(target) }
    guard call.isParenthesized || argument.contains("="), argument.first?.isNumber != true else {
      target.maximumLength = UInt16(try call.number(in: 0...0xffff))
      return .controller(target)
    }
    for (key, value) in try call.options(["max_len", "reason", "id", "userdata", "pause", "meter_id"]) {
      switch key {
      case "max_len": target.maximumLength = UInt16(try value.number(of: key, in: 0...0xffff))
      case "id": target.controllerID = UInt16(try value.number(of: key, in: 0...0xffff))
      case "userdata": target.userData = try userData(value)
      case "pause": target.pauses = true
      case "meter_id": target.meter = UInt32(try value.number(of: key, in: 0...UInt64(UInt32.max)))
      default: target.reason = try reason(value)
      }
    }
    return .controller(target)
  }

  private static func reason(_ piece: ActionCall.Piece) throws(FlowSyntaxError) -> PacketInReason {
    if let known = PacketInReason.allCases.first(where: { $0.name == piece.text.lowercased() }) {
      return known
    }
    let nearest = nearestName(to: piece.text, among: PacketInReason.allCases.map(\.name))
    throw FlowSyntaxError(
      .unknown(kind: "reason", name: String(piece.text), nearest: nearest), at: piece.offset)
  }

  private static func userData(_ piece: ActionCall.Piece) throws(FlowSyntaxError) -> [UInt8] {
    if let bytes = piece.hexadecimalBytes() { return bytes }
    let expected = "bytes of two hexadecimal digits, with or without dots between"
    throw FlowSyntaxError(
      .badValue(of: "userdata", value: String(piece.text), expected: expected), at: piece.offset)
  }

  static func append(_ target: Action.Controller, to text: inout String) {
    guard target.reason != .action || target.controllerID != 0 || needsProperties(target) else {
      text += "CONTROLLER:\(target.maximumLength)"
      return
    }
    var options: [String] = []
    if target.reason != .action { options.append("reason=\(target.reason.name)") }
    if target.maximumLength != 0xffff { options.append("max_len=\(target.maximumLength)") }
    if target.controllerID != 0 { options.append("id=\(target.controllerID)") }
    if !target.userData.isEmpty { options.append("userdata=" + dotted(target.userData)) }
    if target.pauses { options.append("pause") }
    if target.meter != 0 { options.append("meter_id=\(target.meter)") }
    text += "controller(" + options.joined(separator: ",") + ")"
  }

  private static func dotted(_ bytes: [UInt8]) -> String {
    var text = ""
    for (index, byte) in bytes.enumerated() {
      if index > 0 { text += "." }
      text.appendHexadecimalDigits(of: byte)
    }
    return text
  }

  /// Whether `NXAST_CONTROLLER` says too little.
  private static func needsProperties(_ target: Action.Controller) -> Bool {
    !target.userData.isEmpty || target.pauses || target.meter != 0
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(20), .nicira(37)]

  /// Properties of `NXAST_CONTROLLER2`.
  private enum Property: UInt16 {
    case maximumLength, controllerID, reason, userData, pause, meter
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    var target = Action.Controller()
    guard type == .nicira(20) else {
      try body.skipZeros(6, else: .mustBeZero)
      while !body.isEmpty { try decodeProperty(&body, into: &target) }
      return .controller(target)
    }
    target.maximumLength = try body.read()
    target.controllerID = try body.read()
    target.reason = try decodeReason(&body)
    try body.skip(1)
    return .controller(target)
  }

  private static func decodeReason(_ body: inout ActionBody) throws(OpenFlowError) -> PacketInReason {
    guard let reason = PacketInReason(rawValue: try body.read()) else {
      throw OpenFlowError(.badActionArgument)
    }
    return reason
  }

  private static func decodeProperty(
    _ body: inout ActionBody, into target: inout Action.Controller
  ) throws(OpenFlowError) {
    let type: UInt16 = try body.read()
    let length = Int(try body.read(UInt16.self))
    guard length >= 4 else { throw OpenFlowError(.badPropertyLength) }
    let payload = try body.read(count: (length + 7) / 8 * 8 - 4).prefix(length - 4)
    var value = ActionBody(ByteReader(payload), badLength: .badPropertyLength)
    switch Property(rawValue: type) {
    case .maximumLength: target.maximumLength = try value.read()
    case .controllerID: target.controllerID = try value.read()
    case .reason: target.reason = try decodeReason(&value)
    case .userData: target.userData = Array(payload)
    case .pause: target.pauses = true
    case .meter: target.meter = try value.read()
    case nil: throw OpenFlowError(.badPropertyType)
    }
  }

  static func encode(_ target: Action.Controller, to encoder: inout ActionEncoder) {
    if needsProperties(target) {
      encodeProperties(of: target, to: &encoder)
    } else if target.reason != .action || target.controllerID != 0 {
      encoder.nicira(20) { writer in
        writer.write(target.maximumLength)
        writer.write(target.controllerID)
        writer.write(target.reason.rawValue)
        writer.write(UInt8(0))
      }
    } else {
      Output.encode(.controller, maximumLength: target.maximumLength, to: &encoder)
    }
  }

  private static func encodeProperties(of target: Action.Controller, to encoder: inout ActionEncoder) {
    encoder.nicira(37) { writer in
      writer.pad(6)
      if target.maximumLength != 0xffff {
        append(.maximumLength, to: &writer) { $0.write(target.maximumLength) }
      }
      if target.controllerID != 0 { append(.controllerID, to: &writer) { $0.write(target.controllerID) } }
      if target.reason != .action { append(.reason, to: &writer) { $0.write(target.reason.rawValue) } }
      if !target.userData.isEmpty { append(.userData, to: &writer) { $0.write(target.userData) } }
      if target.pauses { append(.pause, to: &writer) { _ in } }
      if target.meter != 0 { append(.meter, to: &writer) { $0.write(target.meter) } }
    }
  }

  /// The length of a property does not count its padding.
  private static func append(
    _ property: Property, to writer: inout ByteWriter, _ body: (inout ByteWriter) -> Void
  ) {
    let start = writer.count
    writer.write(property.rawValue)
    writer.write(UInt16(0))
    body(&writer)
    writer.patch(UInt16(clamping: writer.count - start), at: start + 2)
    writer.pad(toMultipleOf: 8, from: start)
  }
}
