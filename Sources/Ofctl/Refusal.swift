import Match
import OpenFlow

/// Error messages of switches, as text for people: the name, what it means, and what to do.
enum Refusal {
  static func text(_ frame: OpenFlowFrame) -> String {
    guard let version = OpenFlowVersion(rawValue: frame.header.version),
      case .fromSwitch(.error(let message))? = try? OpenFlowMessage.decode(frame)
    else { return MessagePrinter.text(of: frame.bytes) }
    guard let code = message.code(in: version) else { return MessagePrinter.text(of: frame.bytes) }
    let meaning = meanings[code].map { ": " + $0 } ?? ""
    let details = MessagePrinter.text(of: frame.bytes).trimmed
    return "the switch refuses it with \(code.rawValue)\(meaning)\n\(details)"
  }

  private static let meanings: [OpenFlowErrorCode: String] = [
    .forbidden: "this connection may not do that",
    .isSecondary: "this connection is a secondary one, which may not change anything",
    .badVersion: "it does not take messages of this version; try another with --protocols",
    .badType: "it does not know this kind of message; try another version with --protocols",
    .badStatistics: "it does not have these statistics; try another version with --protocols",
    .badExperimenter: "it does not know this extension, which Open vSwitch and apusd have",
    .badSubtype: "it does not know this extension in this version; try another with --protocols",
    .badLength: "a message had a length that the switch did not expect",
    .badTableID: "there is no such table",
    .badPort: "there is no such port",
    .badPacket: "the frame cannot be read",
    .badActionType: "it does not have this action in this version; try another with --protocols",
    .badOutPort: "an action names a port that cannot exist",
    .badActionArgument: "an action has a value that is not allowed",
    .tooManyActions: "there are more actions than it can store",
    .badQueue: "there is no such queue",
    .badOutGroup: "an action names a group that does not exist; add the group first",
    .matchInconsistent: "an action needs a protocol that the match does not demand, such as 'tcp'",
    .badSetArgument: "an action sets a field to a value that it cannot have",
    .unsupportedInstruction: "it does not have this instruction",
    .badInstructionTableID: "goto_table must name a later table",
    .badField: "it does not have a field of the match; tun_metadata fields need add-tlv-map",
    .badMask: "a field of the match takes no mask there",
    .badPrerequisite: "the match has a field without what it needs, such as 'ip' for nw_src",
    .duplicateField: "the match has a field twice",
    .badWildcards: "a value of the match has ones outside its mask",
    .tableFull: "the table is full",
    .badFlowModTableID: "there is no such table",
    .overlap: "a rule of the same priority overlaps, and check_overlap was asked for",
    .badFlags: "it does not know a flag of the rule in this version",
    .groupExists: "there is a group of that number; mod-group changes it",
    .unknownGroup: "there is no group of that number; add-group adds it",
    .outOfGroups: "it has no room for more groups",
    .groupLoop: "groups would refer to each other in a circle",
    .meterExists: "there is a meter of that number; mod-meter changes it",
    .unknownMeter: "there is no meter of that number; add-meter adds it",
    .outOfMeters: "it has no room for more meters",
    .badBundleID: "there is no such bundle",
    .bundleMessageFailed: "a message of the bundle was refused, and so nothing was changed",
    .ipfixNotConfigured: "no IPFIX exporter is configured for it",
    .tlvAlreadyMapped: "this tunnel option is mapped already; del-tlv-map takes mappings away",
    .duplicateTLVEntry: "the field is mapped already; del-tlv-map takes mappings away",
    .tlvInUse: "rules use the field of this mapping",
  ]
}
