import Match

/// The instructions of OpenFlow 1.3 in the order in which a list holds them; actions outside of an instruction
/// are those of apply. A list has each at most once. OpenFlow 1.3.5 section 5.9.
enum InstructionStage: Int, Comparable {
  case meter, apply, clear, write, metadata, goto

  static func < (a: InstructionStage, b: InstructionStage) -> Bool { a.rawValue < b.rawValue }

  /// How the instruction is written in text.
  var keyword: String {
    switch self {
    case .meter: "meter"
    case .apply: "actions"
    case .clear: "clear_actions"
    case .write: "write_actions"
    case .metadata: "write_metadata"
    case .goto: "goto_table"
    }
  }
}

extension Action {
  /// Whether this is an instruction, which buckets and action sets do not have.
  package var isInstruction: Bool { instruction != nil }

  /// Which instruction of OpenFlow 1.3 this is; `nil` for an action.
  var instruction: InstructionStage? {
    switch self {
    case .meter: .meter
    case .clearActions: .clear
    case .writeActions: .write
    case .writeMetadata: .metadata
    case .gotoTable: .goto
    default: nil
    }
  }

  /// Where in a list of `version` this may stand: a meter is an action like others since 1.5.
  func stage(in version: OpenFlowVersion) -> InstructionStage {
    if version == .v15, instruction == .meter { return .apply }
    return instruction ?? .apply
  }

  /// Whether `version` has this among the actions; what is an instruction there is none of its actions. All is
  /// an action in 1.0.
  func isAction(in version: OpenFlowVersion) -> Bool { version == .v10 || stage(in: version) == .apply }
}
