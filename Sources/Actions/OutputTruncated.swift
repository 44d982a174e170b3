import Bytes
import Match

/// `output(port=...,max_len=...)`: the frame is cut to so many bytes, for this port alone. `NXAST_OUTPUT_TRUNC`.
enum OutputTruncated: ActionForm {
  /// Shares the keyword of `Output`, which calls `parseOptions`.
  static let keywords: [String] = []

  /// An Ethernet header must be left.
  static let minimumLength: UInt32 = 14

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    try parseOptions(call, ports: ports)
  }

  static func parseOptions(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    var port: PortNumber?
    var length: UInt32?
    for (key, value) in try call.options(["port", "max_len"]) {
      if key == "port" {
        let number = try PortNumber.parse(value.text, at: value.offset, of: "port", ports: ports)
        guard isValid(number) else {
          let because = "with max_len; only a real port, LOCAL and IN_PORT are"
          throw FlowSyntaxError(.notAllowed("output to \(number)", because: because), at: value.offset)
        }
        port = number
      } else {
        length = UInt32(try value.number(of: key, in: UInt64(minimumLength)...UInt64(UInt32.max)))
      }
    }
    guard let port else {
      throw FlowSyntaxError(.missing("port=", because: "max_len cuts for one port"), at: call.argumentOffset)
    }
    guard let length else {
      throw FlowSyntaxError(
        .missing("max_len=", because: "without it, write output:\(port)"), at: call.argumentOffset)
    }
    return .outputTruncated(port, maximumLength: length)
  }

  static func isValid(_ port: PortNumber) -> Bool {
    port <= .maximum || port == .local || port == .inPort
  }

  static func append(
    _ port: PortNumber, maximumLength: UInt32, to text: inout String, names: PortNaming
  ) {
    let name = port <= .maximum ? port.described(by: names) : port.description
    text += "output(port=\(name),max_len=\(maximumLength))"
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(39)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let port = PortNumber(rawValue: try body.read())
    let length: UInt32 = try body.read()
    guard isValid(port) else { throw OpenFlowError(.badOutPort) }
    guard length >= minimumLength else { throw OpenFlowError(.badActionArgument) }
    return .outputTruncated(port, maximumLength: length)
  }

  static func encode(_ port: PortNumber, maximumLength: UInt32, to encoder: inout ActionEncoder) {
    encoder.nicira(39) { writer in
      writer.write(port.rawValue)
      writer.write(maximumLength)
    }
  }
}
