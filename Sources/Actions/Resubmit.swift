import Bytes
import Match

/// `resubmit:port`, `resubmit([port],[table][,ct])`: looks the frame up once more, as if it had come in at the
/// port. `NXAST_RESUBMIT_TABLE`, which the older `NXAST_RESUBMIT` lacks the table of, and
/// `NXAST_RESUBMIT_TABLE_CT`.
enum Resubmit: ActionForm {
  static let keywords = ["resubmit"]

  /// On the wire, the table that the rule is in.
  private static let currentTable: UInt8 = 0xff

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let expected = "port, (port,table), (,table) or (port,table,ct)"
    let argument = try call.argument(expected: expected)
    let pieces = call.isParenthesized ? call.pieces() : []
    let inOriginalDirection = pieces.count == 3 && pieces[2].text == "ct"
    guard pieces.count <= 2 || inOriginalDirection else {
      throw FlowSyntaxError(
        .badValue(of: call.keyword, value: "(\(argument))", expected: expected), at: pieces[2].offset - 1)
    }
    let first = pieces.first ?? ActionCall.Piece(text: argument, offset: call.argumentOffset)
    var port: PortNumber?
    if !first.text.isEmpty {
      port = try PortNumber.parse(first.text, at: first.offset, of: call.keyword, ports: ports)
    }
    var table: UInt8?
    if pieces.count > 1, !pieces[1].text.isEmpty {
      table = UInt8(try pieces[1].number(of: "table", in: 0...UInt64(currentTable)))
      if table == currentTable { table = nil }
    }
    if port == nil && table == nil {
      throw FlowSyntaxError(.missingValue(of: call.keyword, expected: expected), at: call.argumentOffset)
    }
    return .resubmit(
      port: port == .inPort ? nil : port, table: table, inOriginalDirection: inOriginalDirection)
  }

  static func append(
    port: PortNumber?, table: UInt8?, inOriginalDirection: Bool, to text: inout String, names: PortNaming
  ) {
    let name = port.map { $0 <= .maximum ? $0.described(by: names) : $0.description }
    if inOriginalDirection {
      text += "resubmit(\(name ?? ""),\(table.map { "\($0)" } ?? ""),ct)"
    } else if let table {
      text += "resubmit(\(name ?? ""),\(table))"
    } else {
      text += "resubmit:" + (name ?? PortNumber.inPort.description)
    }
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(1), .nicira(14), .nicira(44)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let port = PortNumber(rawValue: try body.read())
    var table = currentTable
    if type == .nicira(1) {
      try body.skip(4)
    } else {
      table = try body.read()
      try body.skipZeros(3, else: .badActionArgument)
    }
    return .resubmit(
      port: port == .inPort ? nil : port, table: table == currentTable ? nil : table,
      inOriginalDirection: type == .nicira(44))
  }

  static func encode(
    port: PortNumber?, table: UInt8?, inOriginalDirection: Bool = false, to encoder: inout ActionEncoder
  ) {
    encoder.nicira(inOriginalDirection ? 44 : 14) { writer in
      writer.write((port ?? .inPort).rawValue)
      writer.write(table ?? currentTable)
      writer.pad(3)
    }
  }
}
