import Actions
import Match
import OpenFlow

/// A packet-out as text: `in_port=PORT[,FIELD=VALUE...] packet=HEX actions=ACTIONS`.
enum PacketOutText {
  static func parse(_ text: String, ports: PortNames) throws(OfctlError) -> PacketOut {
    var rest = text.trimmed
    var list: [Action] = []
    if let start = actionsStart(in: rest) {
      list = try actions(String(rest[start.upperBound...]), ports)
      rest = rest[..<start.lowerBound]
    }
    var port: PortNumber?
    var frame: [UInt8]?
    var fields: [String] = []
    for (key, value) in KeyValueText.pairs(in: rest) {
      switch key {
      case "in_port": port = try PortArgument.parse(value, ports)
      case "packet": frame = try self.frame(value)
      default: fields.append(value.isEmpty ? key : "\(key)=\(value)")
      }
    }
    guard let port else { throw OfctlError("packet-out: in_port= is missing") }
    guard let frame else { throw OfctlError("packet-out: packet= is missing") }
    var message = PacketOut(inPort: port, actions: list, frame: frame)
    if !fields.isEmpty {
      let match = fields.joined(separator: ",")
      do throws(FlowSyntaxError) {
        message.metadata = try FlowMatch(parsing: match[...], ports: ports.lookup)
      } catch {
        throw OfctlError("packet-out: \(error.caret(in: match))")
      }
    }
    return message
  }

  /// Where `actions=` stands, as a word of its own.
  private static func actionsStart(in text: Substring) -> Range<Substring.Index>? {
    for word in ["actions=", "action="] {
      var from = text.startIndex
      while let start = text[from...].firstRange(of: word) {
        if start.lowerBound == text.startIndex { return start }
        let before = text[text.index(before: start.lowerBound)]
        if before == "," || before.isWhitespace { return start }
        from = start.upperBound
      }
    }
    return nil
  }

  static func actions(_ text: String, _ ports: PortNames) throws(OfctlError) -> [Action] {
    do throws(FlowSyntaxError) {
      return try ActionList.parse(text[...], at: 0, ports: ports.lookup)
    } catch {
      throw OfctlError(error.caret(in: text))
    }
  }

  static func frame(_ text: String) throws(OfctlError) -> [UInt8] {
    let frame: [UInt8] = try explaining("packet") { try Hexadecimal.bytes(text) }
    guard frame.count >= 14 else {
      throw OfctlError("packet: \(frame.count) bytes are less than an Ethernet header has")
    }
    return frame
  }
}
