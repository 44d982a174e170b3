public import Match

/// Lists of actions as text, checked and on the wire.
public enum ActionList {
  /// How deep lists may lie in lists (`write_actions`, `clone`, `ct(exec(...))`).
  static let maximumDepth = 64
}

extension ActionList {
  /// The actions that `text` spells: what stands behind `actions=`. ovs-actions(7) describes them; `drop` and
  /// nothing at all stand for the empty list.
  ///
  /// - Parameters:
  ///   - text: all of the list.
  ///   - offset: bytes from the start of the whole text to `text`, for the error.
  ///   - ports: finds ports by name.
  /// - Throws: `FlowSyntaxError` for what is misspelled, out of range or in an order that OpenFlow's
  ///   instructions do not allow. What depends on the rule's match is left to `validate`.
  public static func parse(
    _ text: Substring, at offset: Int, ports: PortLookup = { _ in nil }
  ) throws(FlowSyntaxError) -> [Action] {
    try parse(text, at: offset, ports: ports, in: .rule)
  }

  /// What `parse` returns, if it makes sense in a rule of `table` with `match`; see `validate`.
  public static func parse(
    _ text: Substring, at offset: Int, ports: PortLookup, for match: FlowMatch, table: UInt8
  ) throws(FlowSyntaxError) -> [Action] {
    let actions = try parse(text, at: offset, ports: ports)
    do throws(ActionError) {
      try validate(actions, for: match, table: table)
    } catch {
      var scanner = ActionScanner(text, at: offset, in: .rule)
      var call = try scanner.next()
      for _ in 0..<error.index { call = try scanner.next() }
      throw FlowSyntaxError(.inconsistent("\(error)"), at: call?.offset ?? offset)
    }
    return actions
  }

  static func parse(
    _ text: Substring, at offset: Int, ports: PortLookup, in context: ActionContext
  ) throws(FlowSyntaxError) -> [Action] {
    var scanner = ActionScanner(text, at: offset, in: context)
    var actions: [Action] = []
    var stage = InstructionStage.meter
    var isFirst = true
    var drop: Int?
    while let call = try scanner.next() {
      if let drop { throw dropIsNotAlone(at: drop) }
      if call.keyword == "drop" {
        try call.refuseArgument()
        if !actions.isEmpty { throw dropIsNotAlone(at: call.offset) }
        drop = call.offset
        continue
      }
      let action = try parse(call, ports: ports)
      if let reason = action.refusal(in: context.list) {
        throw FlowSyntaxError(.inconsistent("\(ActionError(reason, at: 0))"), at: call.offset)
      }
      if let instruction = action.instruction {
        guard context.list == .rule else { throw notAllowed(call, inside: context.list) }
        if instruction == stage, !isFirst { throw FlowSyntaxError(.repeated(call.keyword), at: call.offset) }
      }
      let next = action.instruction ?? .apply
      guard next >= stage else {
        throw FlowSyntaxError(
          .notAllowed(call.keyword, because: "behind \(stage.keyword)"), at: call.offset)
      }
      stage = next
      isFirst = false
      actions.append(action)
    }
    return actions
  }

  private static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    if let form = ActionForms.byKeyword[call.keyword] { return try form.parse(call, ports: ports) }
    if call.keyword == "apply_actions" {
      let because = "as its actions are written without it"
      throw FlowSyntaxError(.notAllowed(call.keyword, because: because), at: call.offset)
    }
    return try Output.parseBare(call, ports: ports)
  }

  private static func notAllowed(_ call: ActionCall, inside list: ActionContext.List) -> FlowSyntaxError {
    FlowSyntaxError(.notAllowed(call.keyword, because: "inside \(list.keyword)"), at: call.offset)
  }

  private static func dropIsNotAlone(at offset: Int) -> FlowSyntaxError {
    FlowSyntaxError(.notAllowed("drop", because: "beside other actions"), at: offset)
  }

  /// The list as Open vSwitch prints it: `drop` when it is empty.
  public static func format(_ actions: [Action], names: PortNaming = { _ in nil }) -> String {
    var text = ""
    append(actions, to: &text, names: names)
    return text
  }

  /// Appends what `format` returns.
  public static func append(_ actions: [Action], to text: inout String, names: PortNaming = { _ in nil }) {
    guard let first = actions.first else {
      text += "drop"
      return
    }
    first.append(to: &text, names: names)
    for action in actions.dropFirst() {
      text += ","
      action.append(to: &text, names: names)
    }
  }
}
