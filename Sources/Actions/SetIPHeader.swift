import Bytes
import Match

/// `mod_nw_tos`, `mod_nw_ecn`, `mod_nw_ttl`, of IPv4 and IPv6. Of the three, OpenFlow 1.0 has only
/// `OFPAT_SET_NW_TOS` (section 5.2.4), 1.1 has all (section A.2.5), and later versions keep `OFPAT_SET_NW_TTL`
/// (1.3.5 section A.2.5); where they have none, the field is written.
enum SetIPHeader: ActionForm {
  static let keywords = ["mod_nw_tos", "mod_nw_ecn", "mod_nw_ttl", "set_nw_ttl"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    switch call.keyword {
    case "mod_nw_tos":
      let tos = UInt8(try call.number(in: 0...0xff))
      guard isValid(tos: tos) else {
        let expected = "a multiple of 4: the lower two bits are those of mod_nw_ecn"
        throw FlowSyntaxError(
          .badValue(of: call.keyword, value: String(tos), expected: expected), at: call.argumentOffset)
      }
      return .setIPDSCP(tos)
    case "mod_nw_ecn": return .setIPECN(UInt8(try call.number(in: 0...3)))
    default: return .setIPTTL(UInt8(try call.number(in: 0...0xff)))
    }
  }

  /// Whether the bits of ECN are 0.
  static func isValid(tos: UInt8) -> Bool { tos & 3 == 0 }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v10(8), .v11(7), .v11(8), .v11(23)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let value: UInt8 = try body.read()
    try body.skip(3)
    switch type {
    case .v11(23): return .setIPTTL(value)
    case .v11(8):
      guard value <= 3 else { throw OpenFlowError(.badActionArgument) }
      return .setIPECN(value)
    default:
      guard isValid(tos: value) else { throw OpenFlowError(.badActionArgument) }
      return .setIPDSCP(value)
    }
  }

  static func encode(tos: UInt8, to encoder: inout ActionEncoder) {
    if encoder.version < .v12 {
      encoder.standard(encoder.version == .v10 ? 8 : 7) { $0.write(tos) }
    } else {
      SetFieldCodec.encodeWhole("ip_dscp", UInt128(tos >> 2), to: &encoder)
    }
  }

  static func encode(ecn: UInt8, to encoder: inout ActionEncoder) {
    if encoder.version == .v11 {
      encoder.standard(8) { $0.write(ecn) }
    } else {
      SetFieldCodec.encodeWhole("nw_ecn", UInt128(ecn), to: &encoder)
    }
  }

  static func encode(ttl: UInt8, to encoder: inout ActionEncoder) {
    if encoder.version == .v10 {
      SetFieldCodec.encodeWhole("nw_ttl", UInt128(ttl), to: &encoder)
    } else {
      encoder.standard(23) { $0.write(ttl) }
    }
  }
}
