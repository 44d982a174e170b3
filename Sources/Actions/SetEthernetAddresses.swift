import Bytes
import Match
import Wire

/// `mod_dl_src`, `mod_dl_dst`. `OFPAT_SET_DL_SRC` and `OFPAT_SET_DL_DST` of OpenFlow 1.0 section 5.2.4 and 1.1
/// section A.2.5; written as `set_field` since 1.2, where the old ones are still read.
enum SetEthernetAddresses: ActionForm {
  static let keywords = ["mod_dl_src", "mod_dl_dst"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let expected = "an Ethernet address like 01:23:45:67:89:ab"
    let text = try call.argument(expected: expected)
    guard let address = MACAddress(text.utf8.span) else {
      throw FlowSyntaxError(
        .badValue(of: call.keyword, value: String(text), expected: expected), at: call.argumentOffset)
    }
    return call.keyword == "mod_dl_src"
      ? .setEthernetSource(address.rawValue) : .setEthernetDestination(address.rawValue)
  }

  static func append(_ start: String, _ address: UInt64, to text: inout String) {
    text += start + MACAddress(rawValue: address).description
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v10(4), .v10(5), .v11(3), .v11(4)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let address = try body.readEthernetAddress()
    try body.skip(6)
    let isSource = type == .v10(4) || type == .v11(3)
    return isSource ? .setEthernetSource(address) : .setEthernetDestination(address)
  }

  static func encode(source: UInt64, to encoder: inout ActionEncoder) {
    encode(source, code: encoder.version == .v10 ? 4 : 3, field: "eth_src", to: &encoder)
  }

  static func encode(destination: UInt64, to encoder: inout ActionEncoder) {
    encode(destination, code: encoder.version == .v10 ? 5 : 4, field: "eth_dst", to: &encoder)
  }

  private static func encode(
    _ address: UInt64, code: UInt16, field: String, to encoder: inout ActionEncoder
  ) {
    guard encoder.version < .v12 else {
      SetFieldCodec.encodeWhole(field, UInt128(address), to: &encoder)
      return
    }
    encoder.standard(code) { writer in
      writer.write(UInt16(truncatingIfNeeded: address >> 32))
      writer.write(UInt32(truncatingIfNeeded: address))
      writer.pad(6)
    }
  }
}
