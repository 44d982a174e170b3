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
  var megaflow: String
  var datapathActions: String
  var dropReason: DropReason?
  /// Whether the translation was given up on the way.
  var isCut = false

  var text: String {
    var text = "Flow: \(flow)\n" + TraceNode.text(of: steps)
    if isCut { text += "(there are more steps than a trace shows)\n" }
    text += "\nFinal flow: \(finalFlow ?? "unchanged")\nMegaflow: \(megaflow)\n"
    text += "Datapath actions: \(datapathActions)\n"
    if let dropReason { text += "Drop reason: \(dropReason.name): \(dropReason.explanation)\n" }
    return text
  }

  var json: JSONValue {
    [
      "flow": .string(flow), "steps": .array(steps.map(\.json)), "final_flow": .string(finalFlow ?? flow),
      "megaflow": .string(megaflow), "datapath_actions": .string(datapathActions),
      "drop_reason": dropReason.map { ["name": .string($0.name), "explanation": .string($0.explanation)] }
        ?? .null,
      "is_complete": .boolean(!isCut),
    ]
  }
}
