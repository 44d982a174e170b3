import Actions
import Bytes
public import Match

/// What a switch sends of its own accord, decoded: the controller's side of OpenFlow 1.3.
public enum SwitchMessage: Hashable, Sendable {
  case hello(Hello)
  case error(ErrorMessage)
  case echoRequest([UInt8])
  case packetIn(PacketInMessage)
  case flowRemoved(FlowRemoved)
  case portStatus(PortStatus)
  /// An answer, or a message that is not known.
  case other(type: UInt8)

  public static func decode(_ frame: OpenFlowFrame) throws(OpenFlowError) -> SwitchMessage {
    let body = frame.body
    switch frame.header.type {
    case MessageType.hello: return .hello(Hello(frame))
    case MessageType.error: return .error(try ErrorMessage(body, version: .v13))
    case MessageType.echoRequest: return .echoRequest(Array(body))
    case MessageType.packetIn: return .packetIn(try PacketInMessage(v13: body))
    case MessageType.flowRemoved: return .flowRemoved(try FlowRemoved(v13: body))
    case MessageType.portStatus: return .portStatus(try PortStatus(v13: body))
    case let type: return .other(type: type)
    }
  }
}

extension PacketInMessage {
  init(v13 body: ArraySlice<UInt8>) throws(OpenFlowError) {
    var reader = MessageReader(body)
    try reader.skip(4)
    frameByteCount = try Int(reader.read(UInt16.self))
    guard let known = PacketInReason(rawValue: try reader.read()) else {
      throw OpenFlowError(.badReason, body)
    }
    reason = known
    table = try reader.read()
    cookie = try reader.read()
    metadata = try FlowMatch(oxm: &reader.bytes)
    try reader.skip(2)
    frame = Array(reader.rest())
  }
}

extension FlowRemoved {
  init(v13 body: ArraySlice<UInt8>) throws(OpenFlowError) {
    var reader = MessageReader(body)
    cookie = try reader.read()
    priority = try reader.read()
    guard let known = Reason(rawValue: try reader.read()) else { throw OpenFlowError(.badReason, body) }
    reason = known
    table = try reader.read()
    let seconds = try reader.read(UInt32.self)
    duration = .seconds(seconds) + .nanoseconds(try Int64(reader.read(UInt32.self)))
    idleTimeout = try reader.read()
    hardTimeout = try reader.read()
    packets = try reader.read()
    bytes = try reader.read()
    match = try FlowMatch(oxm: &reader.bytes)
  }
}

extension PortStatus {
  init(v13 body: ArraySlice<UInt8>) throws(OpenFlowError) {
    var reader = MessageReader(body)
    guard let known = Reason(rawValue: try reader.read()) else { throw OpenFlowError(.badReason, body) }
    reason = known
    try reader.skip(7)
    port = try PortDescription(v13: &reader)
  }
}

extension PortDescription {
  init(v13 reader: inout MessageReader) throws(OpenFlowError) {
    let number = try reader.readPort(.v13, else: .badPort)
    try reader.skip(4)
    let address = try reader.readMAC()
    try reader.skip(2)
    let name = String(decoding: try reader.take(16).prefix { $0 != 0 }, as: UTF8.self)
    self.init(number: number, hardwareAddress: address, name: name)
    config = PortConfig(rawValue: try reader.read())
    state = PortState(rawValue: try reader.read())
    try reader.skip(16)
    currentSpeed = try reader.read()
    maximumSpeed = try reader.read()
  }
}
