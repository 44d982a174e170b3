public import Bytes
public import Match

/// The instructions of OpenFlow 1.3 as one flat list of actions. OpenFlow 1.3.5 section A.2.4.
public enum InstructionCodec {
  private enum Code {
    static var gotoTable: UInt16 { 1 }
    static var writeMetadata: UInt16 { 2 }
    static var writeActions: UInt16 { 3 }
    static var applyActions: UInt16 { 4 }
    static var clearActions: UInt16 { 5 }
    static var meter: UInt16 { 6 }
    static var experimenter: UInt16 { 0xffff }
  }

  /// Reads the instructions that fill `reader`, in whatever order they are, and returns them in the order of
  /// their execution. Throws one of `OFPBIC_*`, or what `ActionCodec.decode` throws. Meters are
  /// `OFPBIC_UNSUP_INST`.
  public static func decode(_ reader: inout ByteReader) throws(OpenFlowError) -> [Action] {
    guard reader.count % 8 == 0 else { throw OpenFlowError(.badInstructionLength, reader.remaining) }
    var instructions: [InstructionStage: [Action]] = [:]
    while !reader.isEmpty {
      var item = try WireItem(from: &reader, badLength: .badInstructionLength)
      let (stage, actions) = try decode(&item)
      guard item.body.isEmpty else { throw OpenFlowError(.badInstructionLength, item.bytes) }
      guard instructions.updateValue(actions, forKey: stage) == nil else {
        throw OpenFlowError(.duplicateInstruction, item.bytes)
      }
    }
    return instructions.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  private static func decode(
    _ item: inout WireItem
  ) throws(OpenFlowError) -> (stage: InstructionStage, actions: [Action]) {
    switch item.code {
    case Code.gotoTable:
      let table: UInt8 = try item.body.read()
      try item.body.skip(3)
      guard GotoTable.tables.contains(table) else { throw OpenFlowError(.badInstructionTableID, item.bytes) }
      return (.goto, [.gotoTable(table)])
    case Code.writeMetadata:
      try item.body.skip(4)
      return (.metadata, [try WriteMetadata.decode(&item.body)])
    case Code.writeActions: return (.write, [.writeActions(try decodeList(&item.body))])
    case Code.applyActions: return (.apply, try decodeList(&item.body))
    case Code.clearActions:
      try item.body.skip(4)
      return (.clear, [.clearActions])
    case Code.meter: throw OpenFlowError(.unsupportedInstruction, item.bytes)
    case Code.experimenter: throw OpenFlowError(.badInstructionExperimenter, item.bytes)
    default: throw OpenFlowError(.unknownInstruction, item.bytes)
    }
  }

  private static func decodeList(_ body: inout ActionBody) throws(OpenFlowError) -> [Action] {
    try body.skip(4)
    return try body.read { reader throws(OpenFlowError) in try ActionCodec.decode(&reader, version: .v13) }
  }

  /// The list as instructions: its actions as one apply, then the others in their order. Without a byte for a
  /// list of no actions.
  ///
  /// - Parameters:
  ///   - actions: a list that `ActionList.validate` accepts.
  ///   - match: that of the rule to which the list belongs; see `ActionCodec.encode`.
  public static func encode(_ actions: [Action], for match: FlowMatch = FlowMatch()) -> [UInt8] {
    var writer = ByteWriter()
    var applied = ActionEncoder(version: .v13, frame: FrameKnowledge(match))
    applied.encode(actions.filter { $0.instruction == nil })
    append(applied, as: Code.applyActions, to: &writer)
    for action in actions {
      switch action {
      case .clearActions: append(Code.clearActions, to: &writer) { $0.pad(4) }
      case .writeActions(let written):
        var encoder = ActionEncoder(version: .v13, frame: applied.frame)
        encoder.encode(written)
        append(encoder, as: Code.writeActions, to: &writer)
      case .writeMetadata(let value, let mask):
        append(Code.writeMetadata, to: &writer) { writer in
          writer.pad(4)
          writer.write(value)
          writer.write(mask)
        }
      case .gotoTable(let table):
        append(Code.gotoTable, to: &writer) { writer in
          writer.write(table)
          writer.pad(3)
        }
      default: break
      }
    }
    return writer.bytes
  }

  private static func append(_ list: ActionEncoder, as code: UInt16, to writer: inout ByteWriter) {
    guard list.writer.count > 0 else { return }
    append(code, to: &writer) { writer in
      writer.pad(4)
      writer.write(list.writer.bytes)
    }
  }

  private static func append(_ code: UInt16, to writer: inout ByteWriter, _ body: (inout ByteWriter) -> Void)
  {
    let start = writer.count
    writer.write(code)
    writer.write(UInt16(0))
    body(&writer)
    writer.patch(UInt16(writer.count - start), at: start + 2)
  }
}
