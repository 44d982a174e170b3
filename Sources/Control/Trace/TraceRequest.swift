import Actions
import Datapath
import Match
import Pipeline

/// What `ofproto/trace` and `ofproto/trace-packet-out` are asked, in ovs-vswitchd(8)'s syntax:
/// `[BRIDGE|DATAPATH] FLOW [FRAME|-generate] [ACTIONS]`.
struct TraceRequest {
  var bridge: Bridge
  var key: FlowKey
  /// The frame, if it was given.
  var frame: [UInt8]?
  /// Of a packet-out.
  var actions: [Action]?

  /// - Parameters:
  ///   - words: the arguments, options with two dashes left out.
  ///   - withActions: whether the last word is a list of actions.
  ///   - generates: whether a frame is to be made of the flow.
  ///   - isConsistent: whether actions that contradict the frame are refused.
  ///   - bridges: all that there are.
  init(
    _ words: [String], withActions: Bool, generates: Bool = false, isConsistent: Bool = false,
    bridges: [Bridge]
  ) throws(CommandError) {
    var words = words
    // Older spellings, with one dash.
    let isConsistent = isConsistent || withActions && words.contains("-consistent")
    if withActions { words.removeAll { $0 == "-consistent" } }
    // A frame is not needed: nothing is sent, whether there is one or not.
    let generates = generates || words.contains("-generate")
    words.removeAll { $0 == "-generate" }
    if let option = words.first(where: { $0.hasPrefix("-") && $0.count > 1 }) {
      throw .unknown("option", option, among: withActions ? ["--generate", "--consistent"] : ["--generate"])
    }
    var actionText: String?
    if withActions {
      guard words.count > 1 else { throw CommandError("FLOW and ACTIONS are needed") }
      actionText = words.removeLast()
    }
    let (bridge, rest) = try Self.bridge(of: words, among: bridges)
    self.bridge = bridge
    guard let flow = rest.first else { throw CommandError("FLOW is missing") }
    guard rest.count <= 2 else { throw CommandError("'\(rest[rest.startIndex + 2])' is one word too many") }
    let ports: PortLookup = { name in bridge.port(named: name)?.number }
    let isOfDatapath = DatapathFlowText.isUsed(in: flow)
    let text = isOfDatapath ? try DatapathFlowText.openFlow(flow) : flow
    key = try TraceFlow.key(of: text, ports: ports)
    if rest.count == 2 {
      guard !generates else { throw CommandError("a FRAME and --generate exclude each other") }
      let frame = try FrameText.bytes(of: rest[rest.startIndex + 1])
      key = try Self.key(of: frame, metadata: key)
      self.frame = frame
    }
    if let actionText { actions = try Self.actions(actionText, for: key, isConsistent: isConsistent, ports) }
  }

  /// The bridge that the first word names, or the only one that is meant by none, and the other words.
  private static func bridge(
    of words: [String], among bridges: [Bridge]
  ) throws(CommandError) -> (Bridge, ArraySlice<String>) {
    guard let first = words.first else { throw CommandError("FLOW is missing") }
    if let bridge = bridges.first(where: { $0.name == first }) { return (bridge, words.dropFirst()) }
    let isFlow = first.contains("=") || DatapathFlowText.isUsed(in: first) || words.count == 1
    if isFlow { return (try onlyBridge(for: first, among: bridges), words[...]) }
    // The name of a datapath: all bridges are of the same one.
    if DatapathFlowText.isUsed(in: words[1]) {
      return (try onlyBridge(for: words[1], among: bridges), words.dropFirst())
    }
    throw .missing("bridge", first, among: bridges.map(\.name))
  }

  /// The bridge with the port that a flow names; the only one if there is one.
  private static func onlyBridge(for flow: String, among bridges: [Bridge]) throws(CommandError) -> Bridge {
    if bridges.count == 1 { return bridges[0] }
    if let start = flow.firstRange(of: "in_port(") ?? flow.firstRange(of: "in_port=") {
      let name = String(flow[start.upperBound...].prefix { $0 != ")" && $0 != "," })
      let having = bridges.filter { bridge in
        bridge.port(named: name) != nil
          || UInt16(name).map { bridge.port(PortNumber(rawValue: $0)) != nil } ?? false
      }
      if having.count == 1 { return having[0] }
    }
    let names = bridges.map(\.name).joined(separator: ", ")
    throw CommandError("BRIDGE is missing (\(names.isEmpty ? "there is none" : "there are \(names)"))")
  }

  /// The fields of `frame`, with the metadata of `metadata`.
  private static func key(of frame: [UInt8], metadata: FlowKey) throws(CommandError) -> FlowKey {
    let match = FlowMatch(ofFrame: frame)
    guard !match.isEmpty else { throw CommandError("FRAME: it is cut off within a VLAN tag") }
    var key = match.key
    typealias W = FlowKey.Word
    for word in 0..<W.firstOfFrame { key.words[word] = metadata.words[word] }
    for word in W.firstCold..<W.firstColdOfFrame { key.words[word] = metadata.words[word] }
    return key
  }

  private static func actions(
    _ text: String, for key: FlowKey, isConsistent: Bool, _ ports: @escaping PortLookup
  ) throws(CommandError) -> [Action] {
    let actions: [Action]
    do throws(FlowSyntaxError) {
      actions = try ActionList.parse(text[...], at: 0, ports: ports)
    } catch {
      throw CommandError("ACTIONS: \(error.caret(in: text))")
    }
    let match = FlowMatch(of: key)
    if isConsistent {
      do throws(ActionError) {
        try ActionList.validate(actions, for: match, table: 255)
      } catch {
        throw CommandError("ACTIONS: \(error)")
      }
    }
    if let effect = UnsupportedEffects.first(in: match, actions) { throw CommandError("ACTIONS: \(effect)") }
    return actions
  }
}
