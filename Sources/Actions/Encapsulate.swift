import Bytes
import Match

/// `encap(ethernet)`, `encap(nsh(md_type=2,tlv(0x1000,10,0x12345678)))`, `encap(mpls)`, `encap(mpls_mc)`: a new
/// outermost header. `NXAST_ENCAP`, since 1.3.
enum Encapsulate: ActionForm {
  static let keywords = ["encap"]

  private static let headers: [(name: String, type: PacketType)] = [
    ("nsh", .nsh), ("ethernet", .ethernet), ("mpls", .mpls), ("mpls_mc", .mplsMulticast),
  ]

  static func isValid(_ encapsulation: Action.Encapsulation) -> Bool {
    headers.contains { $0.type == encapsulation.packetType }
      && (encapsulation.packetType == .nsh || encapsulation.properties.isEmpty)
  }

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let names = headers.map(\.name)
    let text = try call.argument(expected: "a header: " + names.joined(separator: ", "))
    let whole = ActionCall.Piece(text: text, offset: call.argumentOffset)
    let header = try ActionCall.Part(whole, of: call.keyword)
    guard let known = headers.first(where: { $0.name == header.name }) else {
      let nearest = nearestName(to: header.name, among: names)
      throw FlowSyntaxError(
        .unknown(kind: "header", name: String(header.name), nearest: nearest), at: call.argumentOffset)
    }
    var result = Action.Encapsulation(packetType: known.type)
    for piece in header.argument?.elements() ?? [] where !piece.text.isEmpty {
      guard known.type == .nsh else {
        throw FlowSyntaxError(.unexpectedValue(of: "encap(\(known.name))"), at: piece.offset)
      }
      result.properties.append(try property(piece))
    }
    return .encapsulate(result)
  }

  private static func property(
    _ piece: ActionCall.Piece
  ) throws(FlowSyntaxError) -> Action.Encapsulation.Property {
    let part = try ActionCall.Part(piece, of: "encap(nsh)")
    guard let argument = part.argument, ["md_type", "tlv"].contains(part.name) else {
      let nearest = nearestName(to: part.name, among: ["md_type", "tlv"])
      throw FlowSyntaxError(
        .unknown(kind: "property of encap(nsh)", name: String(part.name), nearest: nearest), at: piece.offset)
    }
    if part.name == "md_type" { return .metadataType(UInt8(try argument.number(of: "md_type", in: 1...2))) }
    let elements = argument.elements()
    guard elements.count == 3 else {
      let expected = "tlv(class,type,0xdata)"
      throw FlowSyntaxError(
        .badValue(of: "tlv", value: String(argument.text), expected: expected), at: argument.offset)
    }
    let namespace = UInt16(try elements[0].number(of: "tlv class", in: 0...0xffff))
    let type = UInt8(try elements[1].number(of: "tlv type", in: 0...0xff))
    return .option(namespace: namespace, type: type, value: try data(elements[2]))
  }

  private static func data(_ piece: ActionCall.Piece) throws(FlowSyntaxError) -> [UInt8] {
    let digits = piece.text.hasPrefix("0x") ? piece.text.dropFirst(2) : ""
    let bytes = ActionCall.Piece(text: digits, offset: piece.offset + 2).hexadecimalBytes()
    if let bytes, (1...maximumOptionByteCount).contains(bytes.count) { return bytes }
    let expected = "1 to \(maximumOptionByteCount) bytes in hexadecimal behind 0x"
    throw FlowSyntaxError(
      .badValue(of: "tlv", value: String(piece.text), expected: expected), at: piece.offset)
  }

  /// What the length of a property can count.
  private static let maximumOptionByteCount = 240

  static func append(_ encapsulation: Action.Encapsulation, to text: inout String) {
    text += "encap(" + (headers.first { $0.type == encapsulation.packetType }?.name ?? "")
    if !encapsulation.properties.isEmpty {
      let properties = encapsulation.properties.map { property in
        switch property {
        case .metadataType(let type): return "md_type=\(type)"
        case .option(let namespace, let type, let value):
          var text = "tlv("
          text.appendHexadecimal(namespace, digits: 4)
          text += ",\(type),0x"
          for byte in value { text.appendHexadecimalDigits(of: byte) }
          return text + ")"
        }
      }
      text += "(" + properties.joined(separator: ",") + ")"
    }
    text += ")"
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(46)]

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> { .v13 ... .v15 }

  /// The class of NSH's properties, and their types in it.
  private enum Property {
    static var nsh: UInt16 { 4 }
    static var metadataType: UInt8 { 1 }
    static var option: UInt8 { 2 }
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.skip(2)
    let packetType = PacketType(namespace: try body.read(), type: try body.read())
    var result = Action.Encapsulation(packetType: packetType)
    guard isValid(result) else { throw OpenFlowError(.badHeaderType) }
    while !body.isEmpty { result.properties.append(try decodeProperty(&body)) }
    guard isValid(result) else { throw OpenFlowError(.badHeaderProperty) }
    return .encapsulate(result)
  }

  private static func decodeProperty(
    _ body: inout ActionBody
  ) throws(OpenFlowError) -> Action.Encapsulation.Property {
    let namespace: UInt16 = try body.read()
    let type: UInt8 = try body.read()
    let length = Int(try body.read(UInt8.self))
    let payload = try body.read(count: (max(length, 8) + 7) / 8 * 8 - 4)
    guard namespace == Property.nsh else { throw OpenFlowError(.unknownHeaderProperty) }
    var reader = ActionBody(ByteReader(payload), badLength: .badHeaderProperty)
    switch type {
    case Property.metadataType:
      guard (4...8).contains(length) else { throw OpenFlowError(.badHeaderProperty) }
      return .metadataType(try reader.read())
    case Property.option:
      let optionNamespace: UInt16 = try reader.read()
      let optionType: UInt8 = try reader.read()
      let count = Int(try reader.read(UInt8.self))
      guard count > 0, length == (8 + count + 7) / 8 * 8 else { throw OpenFlowError(.badHeaderProperty) }
      return .option(
        namespace: optionNamespace, type: optionType, value: Array(try reader.read(count: count)))
    default: throw OpenFlowError(.unknownHeaderProperty)
    }
  }

  static func encode(_ encapsulation: Action.Encapsulation, to encoder: inout ActionEncoder) {
    encoder.nicira(46) { writer in
      writer.pad(2)
      writer.write(encapsulation.packetType.namespace)
      writer.write(encapsulation.packetType.type)
      for property in encapsulation.properties { append(property, to: &writer) }
    }
  }

  private static func append(_ property: Action.Encapsulation.Property, to writer: inout ByteWriter) {
    let start = writer.count
    writer.write(Property.nsh)
    switch property {
    case .metadataType(let type):
      writer.write(Property.metadataType)
      writer.write(UInt8(5))
      writer.write(type)
    case .option(let namespace, let type, let value):
      writer.write(Property.option)
      writer.write(UInt8(truncatingIfNeeded: (8 + value.count + 7) / 8 * 8))
      writer.write(namespace)
      writer.write(type)
      writer.write(UInt8(truncatingIfNeeded: value.count))
      writer.write(value)
    }
    writer.pad(toMultipleOf: 8, from: start)
  }
}
