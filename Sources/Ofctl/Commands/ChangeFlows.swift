import Flow
import Match
import OpenFlow

/// `add-flow SWITCH FLOW` and its kin. FLOW `-` reads lines from standard input.
enum AddFlow: OfctlCommand {
  static let name = "add-flow"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try ChangeFlows.run(call, command: .add, text: call[1], takesKeyword: true)
  }
}

/// `add-flows SWITCH FILE`.
enum AddFlows: OfctlCommand {
  static let name = "add-flows"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try ChangeFlows.run(call, command: .add, file: call[1])
  }
}

/// `mod-flows SWITCH FLOW`.
enum ModifyFlows: OfctlCommand {
  static let name = "mod-flows"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try ChangeFlows.run(
      call, command: call.options.isStrict ? .modifyStrict : .modify, text: call[1], takesKeyword: false)
  }
}

/// `del-flows SWITCH [FLOW]`.
enum DeleteFlows: OfctlCommand {
  static let name = "del-flows"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try ChangeFlows.run(
      call, command: call.options.isStrict ? .deleteStrict : .delete, text: call.optional(1) ?? "",
      takesKeyword: false)
  }
}

enum ChangeFlows {
  /// Carries out one rule's text, or with `-` every line of standard input.
  static func run(
    _ call: OfctlCall, command: FlowMod.Command, text: String, takesKeyword: Bool
  ) throws(OfctlError) {
    if text == "-" { return try run(call, command: command, file: text) }
    var client = try ChangeSender(call: call).connect()
    let ports = try client.portNames(call)
    let line = try FlowLine(text, command: command, takesKeyword: takesKeyword, ports: ports)
    try send(call, [line], named: [call[0]], to: &client)
  }

  static func run(_ call: OfctlCall, command: FlowMod.Command, file: String) throws(OfctlError) {
    let text = try call.fileText(file)
    var client = try ChangeSender(call: call).connect()
    let ports = try client.portNames(call)
    let lines = try FlowLine.parse(
      file: text, named: file, command: command, takesKeyword: command == .add, ports: ports)
    let names = Lines.significant(in: text).map { "\(file):\($0.number)" }
    try send(call, lines, named: names, to: &client)
  }

  private static func send(
    _ call: OfctlCall, _ lines: [FlowLine], named names: [String], to client: inout OpenFlowClient
  ) throws(OfctlError) {
    guard !lines.isEmpty else { return }
    let choice = try FlowFormatChoice(for: lines, version: client.version, options: call.options)
    for setting in choice.preparation { try client.command(setting) }
    let changes = zip(lines, names).map { (request: choice.message($0.mod), name: $1) }
    try ChangeSender(call: call).send(changes, asBundle: call.options.usesBundle, to: &client)
  }
}
