import Flow
import Match
import OpenFlow

/// `replace-flows SWITCH FILE`: makes the rules of a switch those of a file, with as few changes as that takes.
enum ReplaceFlows: OfctlCommand {
  static let name = "replace-flows"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let text = try call.fileText(call[1])
    var client = try ChangeSender(call: call).connect()
    let ports = try client.portNames(call)
    let lines = try FlowLine.parse(
      file: text, named: call[1], command: .add, takesKeyword: false, ports: ports)
    let choice = try FlowFormatChoice(for: lines, version: client.version, options: call.options)
    for setting in choice.preparation { try client.command(setting) }
    let request = try FlowFilter.request(nil, version: client.version, options: call.options, ports: ports)
    let mods = changes(
      from: FlowTable(try client.flows(request)), to: FlowTable(lines), addingAgain: call.options.addsAgain)
    let changes = mods.map { (request: choice.message($0), name: call[0]) }
    try ChangeSender(call: call).send(changes, asBundle: call.options.usesBundle, to: &client)
  }

  /// Deletions first, so that there is room for what is added.
  static func changes(from old: FlowTable, to new: FlowTable, addingAgain: Bool) -> [FlowMod] {
    let keys = FlowTable.keys(of: old, new)
    let deletions = keys.filter { new.rules[$0] == nil }.map { $0.change(nil) }
    let additions = keys.compactMap { key in
      new.rules[key].flatMap { content in
        addingAgain || old.rules[key] != content ? key.change(content) : nil
      }
    }
    return deletions + additions
  }
}
