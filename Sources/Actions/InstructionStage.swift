/// The instructions of OpenFlow 1.3 in the order in which a list holds them; actions outside of an instruction
/// are those of apply. A list has each at most once. OpenFlow 1.3.5 section 5.9.
enum InstructionStage: Int, Comparable {
  case apply, clear, write, metadata, goto

  static func < (a: InstructionStage, b: InstructionStage) -> Bool { a.rawValue < b.rawValue }

  /// How the instruction is written in text.
  var keyword: String {
    switch self {
    case .apply: "actions"
    case .clear: "clear_actions"
    case .write: "write_actions"
    case .metadata: "write_metadata"
    case .goto: "goto_table"
    }
  }
}

extension Action {
  /// Which instruction this is; `nil` for an action.
  var instruction: InstructionStage? {
    switch self {
    case .clearActions: .clear
    case .writeActions: .write
    case .writeMetadata: .metadata
    case .gotoTable: .goto
    case .output, .outputTruncated, .outputField, .controller, .pushVLAN, .popVLAN, .setVLANID,
      .setVLANPriority, .setEthernetSource, .setEthernetDestination, .setIPv4Source, .setIPv4Destination,
      .setIPDSCP, .setIPECN, .setIPTTL, .setTransportSource, .setTransportDestination, .setField, .move,
      .decrementTTL, .resubmit:
      nil
    }
  }
}
