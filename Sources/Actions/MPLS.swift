import Bytes
import Match
import Wire

/// `push_mpls:ethertype` and `pop_mpls:ethertype`: a label stack entry more or less; what `pop_mpls` names is the
/// type of the frame behind. OpenFlow 1.1 section A.2.5 and later; extensions of Nicira's in 1.0.
enum PushMPLS: ActionForm {
  static let keywords = ["push_mpls", "pop_mpls"]

  /// Unicast and multicast MPLS.
  static func isValid(_ etherType: UInt16) -> Bool { etherType == 0x8847 || etherType == 0x8848 }

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let etherType = UInt16(try call.number(in: 0...0xffff))
    guard call.keyword == "push_mpls" else { return .popMPLS(etherType: etherType) }
    guard isValid(etherType) else {
      let expected = "0x8847 (unicast) or 0x8848 (multicast)"
      throw FlowSyntaxError(
        .badValue(of: call.keyword, value: String(call.argument ?? ""), expected: expected),
        at: call.argumentOffset)
    }
    return .pushMPLS(etherType: etherType)
  }

  static func append(_ start: String, _ etherType: UInt16, to text: inout String) {
    text += start
    text.appendHexadecimal(etherType, digits: 4)
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v11(19), .v11(20), .nicira(23), .nicira(24)]

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> {
    MPLSFields.versions(of: type)
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let etherType: UInt16 = try body.read()
    try body.skip(body.count == 2 ? 2 : 4)
    if type == .v11(20) || type == .nicira(24) { return .popMPLS(etherType: etherType) }
    guard isValid(etherType) else { throw OpenFlowError(.badActionArgument) }
    return .pushMPLS(etherType: etherType)
  }

  static func encodePush(_ etherType: UInt16, to encoder: inout ActionEncoder) {
    if encoder.version == .v10 {
      encoder.nicira(23) { $0.write(etherType) }
    } else {
      encoder.standard(19) { $0.write(etherType) }
    }
  }

  static func encodePop(_ etherType: UInt16, to encoder: inout ActionEncoder) {
    if encoder.version == .v10 {
      encoder.nicira(24) { $0.write(etherType) }
    } else {
      encoder.standard(20) { $0.write(etherType) }
    }
  }
}

/// `set_mpls_label(n)`, `set_mpls_tc(n)`, `set_mpls_ttl(n)` and `dec_mpls_ttl`, of the outermost entry. OpenFlow
/// 1.1 section A.2.5, of which later versions keep those of the TTL; extensions of Nicira's in 1.0.
enum MPLSFields: ActionForm {
  static let keywords = ["set_mpls_label", "set_mpls_tc", "set_mpls_ttl", "dec_mpls_ttl"]

  static let largestLabel: UInt32 = 0xfffff
  static let largestTrafficClass: UInt8 = 7

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    switch call.keyword {
    case "set_mpls_label": return .setMPLSLabel(UInt32(try call.number(in: 0...UInt64(largestLabel))))
    case "set_mpls_tc":
      return .setMPLSTrafficClass(UInt8(try call.number(in: 0...UInt64(largestTrafficClass))))
    case "set_mpls_ttl": return .setMPLSTTL(UInt8(try call.number(in: 0...0xff)))
    default:
      try call.refuseArgument()
      return .decrementMPLSTTL
    }
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [
    .v11(13), .v11(14), .v11(15), .v11(16), .nicira(30), .nicira(31), .nicira(25), .nicira(26),
  ]

  /// 1.1 took the extensions up.
  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> {
    if case .nicira = type { .v10 ... .v10 } else { .v11 ... .v15 }
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    switch type {
    case .v11(13), .nicira(30):
      if case .nicira = type { try body.skip(2) }
      let label: UInt32 = try body.read()
      guard label <= largestLabel else { throw OpenFlowError(.badActionArgument) }
      return .setMPLSLabel(label)
    case .v11(16), .nicira(26):
      try body.skip(body.count)
      return .decrementMPLSTTL
    default:
      let value: UInt8 = try body.read()
      try body.skip(version == .v10 ? 5 : 3)
      if type == .v11(15) || type == .nicira(25) { return .setMPLSTTL(value) }
      guard value <= largestTrafficClass else { throw OpenFlowError(.badActionArgument) }
      return .setMPLSTrafficClass(value)
    }
  }

  static func encode(label: UInt32, to encoder: inout ActionEncoder) {
    if encoder.version > .v11, let field = Field.named("mpls_label") {
      SetFieldCodec.encodeWhole(field.name, UInt128(label), to: &encoder)
    } else {
      encoder.write(nicira: 30, orStandard: 13) { $0.write(label) }
    }
  }

  static func encode(trafficClass: UInt8, to encoder: inout ActionEncoder) {
    if encoder.version > .v11, let field = Field.named("mpls_tc") {
      SetFieldCodec.encodeWhole(field.name, UInt128(trafficClass), to: &encoder)
    } else {
      encodeByte(trafficClass, nicira: 31, standard: 14, to: &encoder)
    }
  }

  static func encode(ttl: UInt8, to encoder: inout ActionEncoder) {
    encodeByte(ttl, nicira: 25, standard: 15, to: &encoder)
  }

  static func encodeDecrement(to encoder: inout ActionEncoder) {
    encodeByte(0, nicira: 26, standard: 16, to: &encoder)
  }

  private static func encodeByte(
    _ value: UInt8, nicira: UInt16, standard: UInt16, to encoder: inout ActionEncoder
  ) {
    if encoder.version == .v10 {
      encoder.nicira(nicira) { $0.write(value) }
    } else {
      encoder.standard(standard) { $0.write(value) }
    }
  }
}
