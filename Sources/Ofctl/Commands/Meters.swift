import Flow
import Match
import OpenFlow

/// `add-meter SWITCH METER`.
enum AddMeter: OfctlCommand {
  static let name = "add-meter"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) { try MeterArgument.change(call, .add) }
}

/// `mod-meter SWITCH METER`.
enum ModifyMeter: OfctlCommand {
  static let name = "mod-meter"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) { try MeterArgument.change(call, .modify) }
}

/// `del-meter SWITCH METER`.
enum DeleteMeter: OfctlCommand {
  static let name = "del-meter"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) { try MeterArgument.delete(call) }
}

/// `del-meters SWITCH [METER]`.
enum DeleteMeters: OfctlCommand {
  static let name = "del-meters"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) { try MeterArgument.delete(call) }
}

/// `dump-meter SWITCH METER`.
enum DumpMeter: OfctlCommand {
  static let name = "dump-meter"

  static func run(_ call: OfctlCall) throws(OfctlError) { try MeterArgument.dump(call, isConfig: true) }
}

/// `dump-meters SWITCH [METER]`.
enum DumpMeters: OfctlCommand {
  static let name = "dump-meters"

  static func run(_ call: OfctlCall) throws(OfctlError) { try MeterArgument.dump(call, isConfig: true) }
}

/// `meter-stats SWITCH [METER]`: what meters and their bands have counted.
enum DumpMeterStatistics: OfctlCommand {
  static let name = "meter-stats"

  static func run(_ call: OfctlCall) throws(OfctlError) { try MeterArgument.dump(call, isConfig: false) }
}

/// `meter-features SWITCH`: which meters the switch can have.
enum DumpMeterFeatures: OfctlCommand {
  static let name = "meter-features"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try Dump.run(call, from: .v13, for: name, OpenFlowRequest.meterFeatures.payload)
  }
}

enum MeterArgument {
  static func change(_ call: OfctlCall, _ command: MeterMod.Command) throws(OfctlError) {
    let mod: MeterMod
    do throws(FlowSyntaxError) {
      mod = try MeterMod(parsing: call[1][...], command: command)
    } catch {
      throw OfctlError(error.caret(in: call[1]))
    }
    try send(call, mod)
  }

  static func delete(_ call: OfctlCall) throws(OfctlError) {
    let meter = try number(call.optional(1))
    try send(call, MeterMod(command: .delete, config: MeterConfig(meter: meter)))
  }

  private static func send(_ call: OfctlCall, _ mod: MeterMod) throws(OfctlError) {
    var client = try OpenFlowClient(
      to: call[0], options: call.options, needing: OpenFlowVersion.v13..., for: "a meter")
    try call.carryOut(mod, &client)
  }

  static func dump(_ call: OfctlCall, isConfig: Bool) throws(OfctlError) {
    let meter = try number(call.optional(1))
    try Dump.run(call, from: .v13, for: "a meter", MeterRequest(meter, isConfig: isConfig))
  }

  /// `meter=5`, `5`, `meter=all` or nothing.
  private static func number(_ text: String?) throws(OfctlError) -> UInt32 {
    guard let text else { return MeterID.all }
    do throws(FlowSyntaxError) {
      return try MeterID.parse(text[...])
    } catch {
      throw OfctlError(error.caret(in: text))
    }
  }
}
