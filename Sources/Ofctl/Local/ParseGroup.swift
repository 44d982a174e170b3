import Flow
import Match
import OpenFlow

/// `parse-group GROUP`: checks a group and prints the message that adds it.
enum ParseGroup: OfctlCommand {
  static let name = "parse-group"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let mod = try GroupLine.parse(call[0], command: .add, takesKeyword: true, ports: PortNames())
    try show(call, mod, from: .v10)
  }

  /// Prints in which versions the change can be sent, which one is chosen, and the message.
  static func show(
    _ call: OfctlCall, _ mod: any MessagePayload, from first: OpenFlowVersion
  ) throws(OfctlError) {
    let usable = OpenFlowVersion.allCases.filter { $0 >= first }.reduce(into: FlowProtocols()) {
      $0.formUnion(FlowProtocols(of: $1))
    }
    call.line("usable protocols: \(usable)")
    let allowed = call.options.versions ?? [first]
    guard let version = allowed.sorted().first(where: { $0 >= first }) else {
      throw OfctlError("of these, --protocols allows none")
    }
    call.line("chosen version: \(version)")
    for bytes in mod.messages(version: version, xid: 1) {
      call.console.write(MessagePrinter.shown(bytes, style: call.style()))
    }
  }
}

/// `parse-meter METER`: the same for a meter.
enum ParseMeter: OfctlCommand {
  static let name = "parse-meter"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let mod: MeterMod
    do throws(FlowSyntaxError) {
      mod = try MeterMod(parsing: call[0][...], command: .add)
    } catch {
      throw OfctlError(error.caret(in: call[0]))
    }
    try ParseGroup.show(call, mod, from: .v13)
  }
}
