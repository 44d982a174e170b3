public import Bytes
public import Match

/// The instructions of OpenFlow 1.1 and later as one flat list of actions. OpenFlow 1.3.5 section A.2.4.
public enum InstructionCodec {
  private enum Code {
    static var gotoTable: UInt16 { 1 }
    static var writeMetadata: UInt16 { 2 }
    static var writeActions: UInt16 { 3 }
    static var applyActions: UInt16 { 4 }
    static var clearActions: UInt16 { 5 }
    /// In 1.3 and 1.4; an action since 1.5. Open vSwitch reads it in 1.1 and 1.2 too.
    static var meter: UInt16 { 6 }
    static var experimenter: UInt16 { 0xffff }
  }

  /// Reads the instructions that fill `reader`, in whatever order they are, and returns them in the order of
  /// their execution. Throws one of `OFPBIC_*`, or what `ActionCodec.decode` throws.
  ///
  /// Precondition: `version` is 1.1 or later; 1.0 has actions alone.
  public static func decode(
    _ reader: inout ByteReader, version: OpenFlowVersion = .v13
  ) throws(OpenFlowError) -> [Action] {
    guard reader.count % 8 == 0 else { throw OpenFlowError(.badInstructionLength, reader.remaining) }
    var instructions: [InstructionStage: [Action]] = [:]
    while !reader.isEmpty {
      var item = try WireItem(from: &reader, badLength: .badInstructionLength)
      let (stage, actions) = try decode(&item, version: version)
      guard item.body.isEmpty else { throw OpenFlowError(.badInstructionLength, item.bytes) }
      guard instructions.updateValue(actions, forKey: stage) == nil else {
        throw OpenFlowError(.duplicateInstruction, item.bytes)
      }
    }
    return instructions.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  private static func decode(
    _ item: inout WireItem, version: OpenFlowVersion
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
    case Code.writeActions: return (.write, [.writeActions(try decodeList(&item.body, version))])
    case Code.applyActions: return (.apply, try decodeList(&item.body, version))
    case Code.clearActions:
      try item.body.skip(4)
      return (.clear, [.clearActions])
    case Code.meter where version < .v15: return (.meter, [.meter(try item.body.read())])
    case Code.experimenter: throw OpenFlowError(.badInstructionExperimenter, item.bytes)
    default: throw OpenFlowError(.unknownInstruction, item.bytes)
    }
  }

  private static func decodeList(
    _ body: inout ActionBody, _ version: OpenFlowVersion
  ) throws(OpenFlowError) -> [Action] {
    try body.skip(4)
    return try body.readActions(version)
  }

  /// The list as instructions: the meter, its actions as one apply, then the others in their order. Without a
  /// byte for a list of no actions. 1.1 and 1.2 have no meters, and 1.5 has them among the actions.
  ///
  /// - Parameters:
  ///   - actions: a list that `ActionList.validate` accepts.
  ///   - version: 1.1 or later.
  ///   - match: that of the rule to which the list belongs; see `ActionCodec.encode`.
  public static func encode(
    _ actions: [Action], version: OpenFlowVersion = .v13, for match: FlowMatch = FlowMatch()
  ) -> [UInt8] {
    var writer = ByteWriter()
    if version == .v13 || version == .v14 {
      for case .meter(let meter) in actions { append(Code.meter, to: &writer) { $0.write(meter) } }
    }
    var applied = ActionEncoder(version: version, frame: FrameKnowledge(match))
    applied.encode(actions.filter { $0.isAction(in: version) })
    append(applied, as: Code.applyActions, to: &writer)
    for action in actions {
      switch action {
      case .clearActions: append(Code.clearActions, to: &writer) { $0.pad(4) }
      case .writeActions(let written):
        var encoder = ActionEncoder(version: version, frame: applied.frame)
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
    writer.patch(UInt16(clamping: writer.count - start), at: start + 2)
  }
}
