import Flow
import Match
import OpenFlow

/// What this switch makes of the same texts, all the way through a message and back.
enum OurText {
  /// A rule that was understood, or the reason why not.
  static func parseFlow(_ text: String) -> Result<FlowMod, FlowSyntaxError> {
    var parser = FlowModParser(command: .add)
    do throws(FlowSyntaxError) {
      var mod = try parser.parse(text[...])
      // Which table a rule goes to that names none is the switch's choice; a message says it so.
      if !(text.split(separator: "actions=").first ?? "").contains("table=") { mod.table = 255 }
      return .success(mod)
    } catch {
      return .failure(error)
    }
  }

  /// What is printed of the message that carries `mod` in `format`, one of `ovs-ofctl`'s names, behind the
  /// transaction number.
  static func printed(_ mod: FlowMod, as format: String) -> String {
    let versions: [String: OpenFlowVersion] = [
      "OpenFlow11": .v11, "OXM-OpenFlow12": .v12, "OXM-OpenFlow13": .v13, "OXM-OpenFlow14": .v14,
      "OXM-OpenFlow15": .v15,
    ]
    let form = FlowModForm(isNicira: format.hasPrefix("NXM"), hasTableID: format.hasSuffix("+table_id"))
    let bytes = FlowModMessage(mod, form: form).encode(version: versions[format] ?? .v10, xid: 1)
    let text = MessagePrinter.text(of: bytes, style: .init(verbosity: 0))
    let start = text.firstRange(of: "): ")?.upperBound ?? text.startIndex
    return String(text[start...].prefix { $0 != "\n" })
  }
}
