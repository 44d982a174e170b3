import Match

/// `clear_actions`: empties the action set. OpenFlow 1.3.5 section 5.9; 1.0 has no action sets.
enum ClearActions: ActionForm {
  static let keywords = [InstructionStage.clear.keyword]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    try call.refuseArgument()
    return .clearActions
  }
}

/// `write_actions(...)`: puts actions into the action set, which is executed at the end of the pipeline.
/// OpenFlow 1.3.5 sections 5.9 and 5.10.
enum WriteActions: ActionForm {
  static let keywords = [InstructionStage.write.keyword]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    guard call.argument != nil else {
      let expected = "actions in parentheses"
      throw FlowSyntaxError(.missingValue(of: call.keyword, expected: expected), at: call.argumentOffset)
    }
    // An instruction in an instruction is refused without looking inside.
    guard call.context.list == .rule else { return .writeActions([]) }
    return .writeActions(try call.actions(in: .writeActions, ports: ports))
  }

  static func append(_ actions: [Action], to text: inout String, names: PortNaming) {
    text += "write_actions("
    ActionList.append(actions, to: &text, names: names)
    text += ")"
  }
}

extension ActionForm {
  /// Instructions have their own codes; see `InstructionCodec`.
  static var wireTypes: [ActionWireType] { [] }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    throw OpenFlowError(.badActionType)
  }
}
