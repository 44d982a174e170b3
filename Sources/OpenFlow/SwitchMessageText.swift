import Actions
import Match

/// Messages as people read them, a line each, in the words of flow rules.
extension SwitchMessage: CustomStringConvertible {
  public var description: String {
    switch self {
    case .packetIn(let message): message.description
    case .flowRemoved(let message): message.description
    case .portStatus(let message): message.description
    case .error(let message): "error: \(message.code(in: .v13).map(\.rawValue) ?? "\(message.number)")"
    case .hello: "hello"
    case .echoRequest: "echo request"
    case .other(let type): "message of type \(type)"
    }
  }
}

extension PacketInMessage: CustomStringConvertible {
  public var description: String {
    var text = "packet_in: reason=\(reason.name) table=\(table)"
    if cookie != ~0 { text += " cookie=0x" + String(cookie, radix: 16) }
    return text + " length=\(frameByteCount) \(metadata) frame: \(FlowMatch(ofFrame: frame))"
  }
}

extension FlowRemoved: CustomStringConvertible {
  public var description: String {
    let reasonName =
      switch reason {
      case .idleTimeout: "idle_timeout"
      case .hardTimeout: "hard_timeout"
      case .delete: "delete"
      }
    let rule = match == FlowMatch() ? "" : ",\(match)"
    return """
      flow_removed: reason=\(reasonName) table=\(table) cookie=0x\(String(cookie, radix: 16)) \
      n_packets=\(packets) n_bytes=\(bytes) priority=\(priority)\(rule)
      """
  }
}

extension PortStatus: CustomStringConvertible {
  public var description: String {
    let reasonName =
      switch reason {
      case .add: "add"
      case .delete: "delete"
      case .modify: "modify"
      }
    let link = port.state.contains(.linkDown) ? "down" : "up"
    return "port_status: reason=\(reasonName) port=\(port.number) name=\(port.name) link=\(link)"
  }
}
