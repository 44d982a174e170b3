import Bytes
import Match

/// `set_tunnel:n` and, for more than 32 bits, `set_tunnel64:n`: the tunnel key. `NXAST_SET_TUNNEL` and
/// `NXAST_SET_TUNNEL64`; since 1.2 a `set_field`.
enum SetTunnel: ActionForm {
  static let keywords = ["set_tunnel", "set_tunnel64"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let id = try call.number(in: 0...UInt64.max)
    return .setTunnel(id, isWide: call.keyword == "set_tunnel64" || id > UInt64(UInt32.max))
  }

  static func append(_ id: UInt64, isWide: Bool, to text: inout String) {
    text += isWide ? "set_tunnel64:" : "set_tunnel:"
    text.appendNumber(id)
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(2), .nicira(9)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    if type == .nicira(2) {
      try body.skip(2)
      return .setTunnel(UInt64(try body.read(UInt32.self)), isWide: false)
    }
    try body.skip(6)
    return .setTunnel(try body.read(), isWide: true)
  }

  static func encode(_ id: UInt64, isWide: Bool, to encoder: inout ActionEncoder) {
    if encoder.version > .v11, let field = Field.named("tun_id") {
      SetFieldCodec.encode(
        Action.SetField(field: field, value: UInt128(id), mask: field.allOnes), to: &encoder)
    } else if isWide {
      encoder.nicira(9) { writer in
        writer.pad(6)
        writer.write(id)
      }
    } else {
      encoder.nicira(2) { writer in
        writer.pad(2)
        writer.write(UInt32(truncatingIfNeeded: id))
      }
    }
  }
}
