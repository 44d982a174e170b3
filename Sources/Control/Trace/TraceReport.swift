import ControlProtocol
import Datapath
import Match
import Pipeline

/// A trace in words: what `ofproto/trace` prints.
struct TraceReport {
  var flow: String
  var steps: [TraceNode]
  /// `nil` when nothing was changed.
  var finalFlow: String?
  /// `nil` for a real frame: nobody asked what the answer depended on.
  var megaflow: String?
  var datapathActions: String
  var dropReason: DropReason?
  /// Whether there are more steps than those.
  var isCut = false
  /// Whether the answer depends on what a flow does not say.
  var needsFrame = false

  var text: String {
    var text = "Flow: \(flow)\n" + TraceNode.text(of: steps)
    if isCut { text += "(there are more steps than a trace shows)\n" }
    text += "\nFinal flow: \(finalFlow ?? "unchanged")\n"
    if let megaflow { text += "Megaflow: \(megaflow)\n" }
    text += "Datapath actions: \(datapathActions)\n"
    if let dropReason { text += "Drop reason: \(dropReason.name): \(dropReason.explanation)\n" }
    if needsFrame { text += "(what lies behind the first headers is not part of a FLOW: give a FRAME)\n" }
    return text
  }

  var json: JSONValue {
    [
      "flow": .string(flow), "steps": .array(steps.map(\.json)), "final_flow": .string(finalFlow ?? flow),
      "megaflow": megaflow.map(JSONValue.string) ?? .null,
      "datapath_actions": .string(datapathActions),
      "drop_reason": dropReason.map { ["name": .string($0.name), "explanation": .string($0.explanation)] }
        ?? .null,
      "is_complete": .boolean(!isCut), "needs_frame": .boolean(needsFrame),
    ]
  }
}
