import Bytes
import Match
import Wire

/// `mod_nw_src`, `mod_nw_dst`. `OFPAT_SET_NW_SRC` and `OFPAT_SET_NW_DST` of OpenFlow 1.0 section 5.2.4 and 1.1
/// section A.2.5; written as `set_field` since 1.2, where the old ones are still read.
enum SetIPv4Addresses: ActionForm {
  static let keywords = ["mod_nw_src", "mod_nw_dst"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let expected = "an IPv4 address like 192.0.2.1"
    let text = try call.argument(expected: expected)
    guard let address = IPv4Address(text.utf8.span) else {
      throw FlowSyntaxError(
        .badValue(of: call.keyword, value: String(text), expected: expected), at: call.argumentOffset)
    }
    return call.keyword == "mod_nw_src"
      ? .setIPv4Source(address.rawValue) : .setIPv4Destination(address.rawValue)
  }

  static func append(_ start: String, _ address: UInt32, to text: inout String) {
    text += start + IPv4Address(rawValue: address).description
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v10(6), .v10(7), .v11(5), .v11(6)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let address: UInt32 = try body.read()
    let isSource = type == .v10(6) || type == .v11(5)
    return isSource ? .setIPv4Source(address) : .setIPv4Destination(address)
  }

  static func encode(source: UInt32, to encoder: inout ActionEncoder) {
    encode(source, code: encoder.version == .v10 ? 6 : 5, field: "ip_src", to: &encoder)
  }

  static func encode(destination: UInt32, to encoder: inout ActionEncoder) {
    encode(destination, code: encoder.version == .v10 ? 7 : 6, field: "ip_dst", to: &encoder)
  }

  private static func encode(
    _ address: UInt32, code: UInt16, field: String, to encoder: inout ActionEncoder
  ) {
    if encoder.version < .v12 {
      encoder.standard(code) { $0.write(address) }
    } else {
      SetFieldCodec.encodeWhole(field, UInt128(address), to: &encoder)
    }
  }
}
