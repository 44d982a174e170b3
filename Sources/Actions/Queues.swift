import Bytes
import Match

/// `set_queue:n` and `pop_queue`: the queue of the outputs that follow, and the default one again.
/// `OFPAT_SET_QUEUE` of OpenFlow 1.1 section A.2.5 and later, and extensions of Nicira's.
enum SetQueue: ActionForm {
  static let keywords = ["set_queue", "pop_queue"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    guard call.keyword == "set_queue" else {
      try call.refuseArgument()
      return .popQueue
    }
    return .setQueue(UInt32(try call.number(in: 0...UInt64(UInt32.max))))
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v11(21), .nicira(4), .nicira(5)]

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> {
    type == .nicira(4) ? .v10 ... .v10 : .v10 ... .v15
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    if type != .v11(21) { try body.skip(2) }
    let queue: UInt32 = try body.read()
    return type == .nicira(5) ? .popQueue : .setQueue(queue)
  }

  static func encode(_ queue: UInt32, to encoder: inout ActionEncoder) {
    encoder.write(nicira: 4, orStandard: 21) { $0.write(queue) }
  }

  static func encodePop(to encoder: inout ActionEncoder) { encoder.nicira(5) { $0.pad(6) } }
}

/// `enqueue:port:queue`: an output through a queue. `OFPAT_ENQUEUE` of OpenFlow 1.0 section 5.2.4; later versions
/// set the queue, output and set the default queue again.
enum Enqueue: ActionForm {
  static let keywords = ["enqueue"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let expected = "port:queue or (port,queue)"
    let text = try call.argument(expected: expected)
    guard let separator = text.lastIndex(where: { $0 == ":" || $0 == "," }) else {
      throw FlowSyntaxError(
        .badValue(of: call.keyword, value: String(text), expected: expected), at: call.argumentOffset)
    }
    let port = try PortNumber.parse(
      text[..<separator], at: call.argumentOffset, of: call.keyword, ports: ports)
    guard isValid(port) else {
      let because = "as only a real port, LOCAL and IN_PORT have queues"
      throw FlowSyntaxError(.notAllowed("enqueue to \(port)", because: because), at: call.argumentOffset)
    }
    let queue = try NumberText.parse(
      text[separator...].dropFirst(), at: call.argumentOffset + text[..<separator].utf8.count + 1,
      of: "queue", in: 0...UInt64(UInt32.max))
    return .enqueue(port: port, queue: UInt32(queue))
  }

  static func isValid(_ port: PortNumber) -> Bool { OutputTruncated.isValid(port) }

  static func append(port: PortNumber, queue: UInt32, to text: inout String, names: PortNaming) {
    let name = port <= .maximum ? port.described(by: names) : port.description
    text += "enqueue:\(name):\(queue)"
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v10(11)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let port = PortNumber(rawValue: try body.read())
    try body.skip(6)
    let queue: UInt32 = try body.read()
    guard isValid(port) else { throw OpenFlowError(.badOutPort) }
    return .enqueue(port: port, queue: queue)
  }

  static func encode(port: PortNumber, queue: UInt32, to encoder: inout ActionEncoder) {
    guard encoder.version > .v10 else {
      encoder.standard(11) { writer in
        writer.write(port.rawValue)
        writer.pad(6)
        writer.write(queue)
      }
      return
    }
    SetQueue.encode(queue, to: &encoder)
    Output.encode(port, maximumLength: 0xffff, to: &encoder)
    SetQueue.encodePop(to: &encoder)
  }
}
