import Classifier
import Match

/// The field `actset_output`: the port of the action set's output, as far as rules ask. OpenFlow 1.5.1 section
/// 7.2.3.8.
extension Translator {
  /// What the field says without an output: `OFPP_UNSET`.
  private static var unset: UInt64 { 0xffff_fff7 }

  /// Makes the field say what the action set is now.
  mutating func noteActionSetOutput() {
    guard state.bridge(bridge)?.looksAtActionSetOutput == true else { return }
    let word = FlowKey.Word.conjunction
    key[word] = key[word] & ~0xffff_ffff | (actionSet.outputPort ?? Self.unset)
  }
}

extension ActionSet {
  /// The OpenFlow port number of the output, in 32 bits; `nil` when there is none, or a group comes before it.
  fileprivate var outputPort: UInt64? {
    let port: UInt16
    switch final {
    case .output(let number, _): port = number
    case .inPort: port = PortNumber.inPort.rawValue
    case .normal: port = PortNumber.normal.rawValue
    case .flood: port = PortNumber.flood.rawValue
    case .all: port = PortNumber.all.rawValue
    case .controller: port = PortNumber.controller.rawValue
    default: return nil
    }
    return port <= PortNumber.maximum.rawValue ? UInt64(port) : 0xffff_0000 | UInt64(port)
  }
}

extension RuleOp {
  /// Whether the op reads the field.
  fileprivate var readsActionSetOutput: Bool {
    switch self {
    case .move(let word, let shift, _, _, _), .collect(let word, let shift, _):
      Int(word) == FlowKey.Word.conjunction && shift < 32
    case .outputField(let word, let shift, _): Int(word) == FlowKey.Word.conjunction && shift < 32
    default: false
    }
  }
}

extension Rule {
  /// Whether the rule, whose values were made with `mask`, matches or reads the field.
  func looksAtActionSetOutput(_ mask: Mask) -> Bool {
    if mask.bits(ofWord: FlowKey.Word.conjunction) & 0xffff_ffff != 0 { return true }
    let ops = OpList(self)
    return (0..<ops.count).contains { ops[$0].readsActionSetOutput }
  }
}
