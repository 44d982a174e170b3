import Bytes
import Match

/// `mod_tp_src`, `mod_tp_dst`, of TCP, UDP and SCTP. `OFPAT_SET_TP_SRC` and `OFPAT_SET_TP_DST` of OpenFlow 1.0
/// section 5.2.4 and 1.1 section A.2.5. Since 1.2 they are a `set_field` of the protocol that the match demands;
/// where it demands none, the actions of 1.1, which Open vSwitch reads and writes in later versions as well.
enum SetTransportPorts: ActionForm {
  static let keywords = ["mod_tp_src", "mod_tp_dst"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let port = UInt16(try call.number(in: 0...0xffff))
    return call.keyword == "mod_tp_src" ? .setTransportSource(port) : .setTransportDestination(port)
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v10(9), .v10(10), .v11(9), .v11(10)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let port: UInt16 = try body.read()
    try body.skip(2)
    let isSource = type == .v10(9) || type == .v11(9)
    return isSource ? .setTransportSource(port) : .setTransportDestination(port)
  }

  static func encode(source: UInt16, to encoder: inout ActionEncoder) {
    encode(source, code: 9, suffix: "_src", to: &encoder)
  }

  static func encode(destination: UInt16, to encoder: inout ActionEncoder) {
    encode(destination, code: 10, suffix: "_dst", to: &encoder)
  }

  private static func encode(_ port: UInt16, code: UInt16, suffix: String, to encoder: inout ActionEncoder) {
    if encoder.version > .v11, let name = protocolName(in: encoder.frame) {
      SetFieldCodec.encodeWhole(name + suffix, UInt128(port), to: &encoder)
    } else {
      encoder.standard(code) { $0.write(port) }
    }
  }

  private static func protocolName(in frame: FrameKnowledge) -> String? {
    if frame.satisfies(.tcp) { return "tcp" }
    if frame.satisfies(.udp) { return "udp" }
    return frame.satisfies(.sctp) ? "sctp" : nil
  }
}
