import Flow
import Match
import OpenFlow

/// `bundle SWITCH FILE`: changes of flows, groups and packet-outs, all at once or none.
enum CarryOutBundle: OfctlCommand {
  static let name = "bundle"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let text = try call.fileText(call[1])
    let sender = ChangeSender(call: call)
    var client = try sender.connect(needsBundle: true)
    let ports = try client.portNames(call)
    var changes: [ChangeSender.Change] = []
    for (number, line) in Lines.significant(in: text) {
      let name = "\(call[1]):\(number)"
      do throws(OfctlError) {
        changes.append((try change(line, ports: ports), name))
      } catch {
        throw OfctlError("\(name): \(error.message)")
      }
    }
    try sender.send(changes, asBundle: true, to: &client)
  }

  private static func change(_ line: String, ports: PortNames) throws(OfctlError) -> any MessagePayload {
    let kind = line.prefix { !$0.isWhitespace }
    let rest = String(line[kind.endIndex...].trimmed)
    switch kind {
    case "flow":
      var mod = try FlowLine(rest, command: .add, takesKeyword: true, ports: ports).mod
      if mod.command == .add, mod.table == 255 { mod.table = 0 }
      return FlowModMessage(mod)
    case "group": return try GroupLine.parse(rest, command: .add, takesKeyword: true, ports: ports)
    case "packet-out": return try PacketOutText.parse(rest, ports: ports)
    default:
      throw OfctlError(unknown("kind of change", String(kind), among: ["flow", "group", "packet-out"]))
    }
  }
}
