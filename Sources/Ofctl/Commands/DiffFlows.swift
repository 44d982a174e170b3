import ControlProtocol
import Flow
import Match

/// `diff-flows SOURCE1 SOURCE2`: the rules that only one of two files or switches has.
enum DiffFlows: OfctlCommand {
  static let name = "diff-flows"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let isFile = try [call[0], call[1]].map(isFile)
    var ports = PortNames()
    var tables: [FlowTable?] = [nil, nil]
    // Switches first: a file may name their ports.
    for index in 0..<2 where !isFile[index] {
      var client = try OpenFlowClient(to: call[index], options: call.options)
      ports = try client.portNames(call)
      let request = try FlowFilter.request(
        nil, version: client.version, options: call.options, ports: ports)
      tables[index] = FlowTable(try client.flows(request))
    }
    for index in 0..<2 where isFile[index] {
      let text = try call.fileText(call[index])
      tables[index] = FlowTable(
        try FlowLine.parse(file: text, named: call[index], command: .add, takesKeyword: false, ports: ports))
    }
    guard let old = tables[0], let new = tables[1] else { return }
    let names: PortNaming = call.options.showsNames(on: call.console) ? ports.naming : { _ in nil }
    for key in FlowTable.keys(of: old, new) where old.rules[key] != new.rules[key] {
      if let content = old.rules[key] { call.line("-" + key.text(content, names: names)) }
      if let content = new.rules[key] { call.line("+" + key.text(content, names: names)) }
      call.status = 2
    }
  }

  /// `-` and what starts with `/` or `.` is a file, what has a colon a switch, anything else a file if there is
  /// one.
  private static func isFile(_ source: String) throws(OfctlError) -> Bool {
    if source == "-" || source.hasPrefix("/") || source.hasPrefix(".") { return true }
    if source.contains(":") { return false }
    return InputFile.exists(source)
  }
}
