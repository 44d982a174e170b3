import Flow
import Match
import OpenFlow

/// `parse-flow FLOW`: checks a rule and prints the message that adds it.
enum ParseFlow: OfctlCommand {
  static let name = "parse-flow"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try show(
      call,
      [try FlowLine(call[0], command: .add, takesKeyword: false, ports: PortNames())])
  }

  /// Prints in which forms the changes can be sent, which one is chosen, and the messages.
  static func show(_ call: OfctlCall, _ lines: [FlowLine]) throws(OfctlError) {
    let usable = FlowFormatChoice.usable(for: lines)
    let allowed = (call.options.versions ?? [.v10]).reduce(into: FlowProtocols()) {
      $0.formUnion(FlowProtocols(of: $1))
    }.intersection(call.options.flowFormats ?? .all)
    guard !allowed.isEmpty else {
      throw OfctlError("no version that --protocols allows can carry what --flow-format says")
    }
    call.line("usable protocols: \(usable)")
    let common = usable.intersection(allowed)
    guard !common.isEmpty else {
      throw OfctlError("of these, --protocols and --flow-format allow none: \(allowed)")
    }
    call.line("chosen protocol: \(common.first)")
    let choice = FlowFormatChoice(common.first)
    for (number, line) in lines.enumerated() {
      for bytes in choice.message(line.mod).messages(version: common.first.version, xid: UInt32(number + 1)) {
        call.console.write(MessagePrinter.shown(bytes, style: call.style()))
      }
    }
  }
}

/// `parse-flows FILE`: the same for the rules of a file.
enum ParseFlows: OfctlCommand {
  static let name = "parse-flows"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let text = try call.fileText(call[0])
    let lines = try FlowLine.parse(
      file: text, named: call[0], command: .add, takesKeyword: true, ports: PortNames())
    try ParseFlow.show(call, lines)
  }
}
