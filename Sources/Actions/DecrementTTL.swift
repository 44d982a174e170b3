import Bytes
import Match

/// `dec_ttl`, `dec_ttl(id,...)`: frames whose TTL ends go to the controllers that are named. `OFPAT_DEC_NW_TTL` of
/// OpenFlow 1.1 section A.2.5 and later; `NXAST_DEC_TTL` in 1.0; with controllers `NXAST_DEC_TTL_CNT_IDS`.
enum DecrementTTL: ActionForm {
  static let keywords = ["dec_ttl"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    var controllers: [UInt16] = []
    for piece in call.pieces() {
      var offset = piece.offset
      for word in piece.text.split(separator: " ", omittingEmptySubsequences: false) {
        if !word.isEmpty {
          controllers.append(UInt16(try NumberText.parse(word, at: offset, of: "dec_ttl", in: 0...0xffff)))
        }
        offset += word.utf8.count + 1
      }
    }
    return controllers.isEmpty ? .decrementTTL : .decrementTTLOrInform(controllers)
  }

  static func append(_ controllers: [UInt16], to text: inout String) {
    text += "dec_ttl(" + controllers.map { "\($0)" }.joined(separator: ",") + ")"
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v11(24), .nicira(18), .nicira(21)]

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> {
    type == .nicira(18) ? .v10 ... .v10 : .v10 ... .v15
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    guard type == .nicira(21) else {
      try body.skip(type == .v11(24) ? 4 : 6)
      return .decrementTTL
    }
    let count = Int(try body.read(UInt16.self))
    try body.skipZeros(4, else: .mustBeZero)
    var controllers: [UInt16] = []
    for _ in 0..<count { controllers.append(try body.read()) }
    try body.skip(body.count)
    return .decrementTTLOrInform(controllers)
  }

  static func encode(to encoder: inout ActionEncoder) {
    if encoder.version == .v10 {
      encoder.nicira(18) { $0.pad(6) }
    } else {
      encoder.standard(24) { $0.pad(4) }
    }
  }

  static func encode(_ controllers: [UInt16], to encoder: inout ActionEncoder) {
    encoder.nicira(21) { writer in
      writer.write(UInt16(truncatingIfNeeded: controllers.count))
      writer.pad(4)
      for controller in controllers { writer.write(controller) }
    }
  }
}
