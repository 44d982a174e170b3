public import Bytes
public import Match

/// Nicira's messages that set one thing of a connection, and are answered only when they are refused.
public enum SessionSetting: MessagePayload {
  /// NXT_SET_CONTROLLER_ID: which `controller(id=)` actions this connection answers to.
  case controllerID(UInt16)
  case flowFormat(FlowFormat)
  case packetInFormat(PacketInFormat)
  /// NXT_FLOW_MOD_TABLE_ID: the upper byte of a flow mod's command is a table.
  case flowModTableID(Bool)

  init?(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    switch head.kind {
    case .setControllerID:
      guard try reader.take(6).allSatisfy({ $0 == 0 }) else { throw OpenFlowError(.mustBeZero, head.body) }
      self = .controllerID(try reader.read())
    case .setFlowFormat:
      guard let format = FlowFormat(rawValue: try reader.read()) else {
        throw OpenFlowError(.forbidden, head.body)
      }
      self = .flowFormat(format)
    case .setPacketInFormat:
      guard let format = PacketInFormat(rawValue: try reader.read()) else {
        throw OpenFlowError(.forbidden, head.body)
      }
      self = .packetInFormat(format)
    case .flowModTableID: self = .flowModTableID(try reader.read(UInt8.self) != 0)
    default: return nil
    }
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    switch self {
    case .controllerID: .setControllerID
    case .flowFormat: version == .v10 ? .setFlowFormat : nil
    case .packetInFormat: .setPacketInFormat
    case .flowModTableID: .flowModTableID
    }
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    switch self {
    case .controllerID(let id):
      writer.pad(6)
      writer.write(id)
    case .flowFormat(let format): writer.write(format.rawValue)
    case .packetInFormat(let format): writer.write(format.rawValue)
    case .flowModTableID(let isSet):
      writer.write(UInt8(isSet ? 1 : 0))
      writer.pad(7)
    }
  }

  public func print(to printer: inout MessagePrinter) {
    switch self {
    case .controllerID(let id): printer.append(" id=\(id)")
    case .flowFormat(let format): printer.append(" format=\(format == .nxm ? "nxm" : "openflow10")")
    case .packetInFormat(let format): printer.append(" format=\(format.name)")
    case .flowModTableID(let isSet): printer.append(isSet ? " enable" : " disable")
    }
  }
}
