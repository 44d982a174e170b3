import Flow
import Match
import OpenFlow

/// `dump-groups SWITCH [GROUP]`: groups and their buckets.
enum DumpGroups: OfctlCommand {
  static let name = "dump-groups"

  static func run(_ call: OfctlCall) throws(OfctlError) { try GroupArgument.dump(call, isDescription: true) }
}

/// `dump-group-stats SWITCH [GROUP]`: packets and bytes of groups and buckets.
enum DumpGroupStatistics: OfctlCommand {
  static let name = "dump-group-stats"

  static func run(_ call: OfctlCall) throws(OfctlError) { try GroupArgument.dump(call, isDescription: false) }
}

/// `dump-group-features SWITCH`: which groups the switch can have.
enum DumpGroupFeatures: OfctlCommand {
  static let name = "dump-group-features"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try Dump.run(call, OpenFlowRequest.groupFeatures.payload)
  }
}

enum GroupArgument {
  static func dump(_ call: OfctlCall, isDescription: Bool) throws(OfctlError) {
    try Dump.run(
      call, namesPorts: true, GroupRequest(try number(call.optional(1)), isDescription: isDescription))
  }

  /// `5`, `group_id=5`, `all` or nothing.
  private static func number(_ text: String?) throws(OfctlError) -> UInt32 {
    guard let text else { return GroupID.all }
    let value = text.hasPrefix("group_id=") ? String(text.dropFirst(9)) : text
    if value.lowercased() == "all" { return GroupID.all }
    let isHexadecimal = value.lowercased().hasPrefix("0x")
    let digits = isHexadecimal ? value.dropFirst(2) : value[...]
    guard let number = UInt32(digits, radix: isHexadecimal ? 16 : 10), number <= 0xffff_ff00 else {
      throw OfctlError("GROUP: '\(text)' is neither all nor a number from 0 to 0xffffff00")
    }
    return number
  }
}
