import Bytes
import Match

/// `decap`, `decap(packet_type(ns=1,type=0x894f))`: takes the outermost header off. What the frame is then follows
/// from that header, or is said. `NXAST_DECAP`.
enum Decapsulate: ActionForm {
  static let keywords = ["decap"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    guard let argument = call.argument, !argument.isEmpty else { return .decapsulate(nil) }
    let whole = ActionCall.Piece(text: argument, offset: call.argumentOffset)
    let part = try ActionCall.Part(whole, of: call.keyword)
    guard part.name == "packet_type", let inside = part.argument else {
      let nearest = nearestName(to: part.name, among: ["packet_type"])
      throw FlowSyntaxError(
        .unknown(kind: "option of decap", name: String(part.name), nearest: nearest), at: whole.offset)
    }
    var type = PacketType.ethernet
    var known = Set(["ns", "type"])
    for piece in inside.elements() {
      let item = try ActionCall.Part(piece, of: "packet_type")
      guard let value = item.argument, known.remove(String(item.name)) != nil else {
        let expected = "packet_type(ns=number,type=number)"
        throw FlowSyntaxError(
          .badValue(of: "packet_type", value: String(inside.text), expected: expected), at: piece.offset)
      }
      let number = UInt16(try value.number(of: String(item.name), in: 0...0xffff))
      if item.name == "ns" { type.namespace = number } else { type.type = number }
    }
    if let missing = known.sorted().first {
      throw FlowSyntaxError(
        .missing("\(missing)=", because: "a packet type is a name space and a number in it"),
        at: inside.offset)
    }
    return .decapsulate(type == .next ? nil : type)
  }

  static func append(_ type: PacketType?, to text: inout String) {
    guard let type else {
      text += "decap()"
      return
    }
    text += "decap(packet_type(ns=\(type.namespace),type="
    text.appendNumber(type.type)
    text += "))"
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(47)]

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> { .v13 ... .v15 }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.skip(2)
    let packetType = PacketType(namespace: try body.read(), type: try body.read())
    guard body.isEmpty else { throw OpenFlowError(.unknownHeaderProperty) }
    return .decapsulate(packetType == .next ? nil : packetType)
  }

  static func encode(_ type: PacketType?, to encoder: inout ActionEncoder) {
    let type = type ?? .next
    encoder.nicira(47) { writer in
      writer.pad(2)
      writer.write(type.namespace)
      writer.write(type.type)
    }
  }
}
