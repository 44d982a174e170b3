import Flow
import Match
import OpenFlow

/// `add-tlv-map SWITCH MAP`: maps tunnel options to `tun_metadata` fields.
enum AddTLVMap: OfctlCommand {
  static let name = "add-tlv-map"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try TLVMap.change(call, TLVTableMod(command: .add, mappings: try TLVMap.mappings(call[1])))
  }
}

/// `del-tlv-map SWITCH [MAP]`: takes mappings away, or all.
enum DeleteTLVMap: OfctlCommand {
  static let name = "del-tlv-map"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let mappings = try call.optional(1).map { text throws(OfctlError) in try TLVMap.mappings(text) } ?? []
    try TLVMap.change(
      call, TLVTableMod(command: mappings.isEmpty ? .clear : .delete, mappings: mappings))
  }
}

/// `dump-tlv-map SWITCH`: the mappings.
enum DumpTLVMap: OfctlCommand {
  static let name = "dump-tlv-map"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try Dump.run(call, OpenFlowRequest.tlvTable.payload)
  }
}

enum TLVMap {
  static func mappings(_ text: String) throws(OfctlError) -> [TLVMapping] {
    do throws(FlowSyntaxError) {
      return try TLVMapping.parse(list: text[...])
    } catch {
      throw OfctlError(error.caret(in: text))
    }
  }

  static func change(_ call: OfctlCall, _ mod: TLVTableMod) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options)
    try call.carryOut(mod, &client)
  }
}
