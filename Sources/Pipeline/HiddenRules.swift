import Actions
import Classifier
public import Flow
import Match

/// Rules that the switch makes for itself: a standalone bridge without its controller forwards by one, and the
/// connection to a controller goes through a bridge by some.
///
/// They come before every other rule of table 0, whatever its priority. No controller and no dump sees them, and
/// no change of the flow tables touches them.
public final class HiddenRules {
  private let bridge: BridgeIndex
  private let state: LeftRight
  private var rules: [(rule: Rule, mask: Mask)] = []
  /// What they were made of. The place in this list is a rule's sequence.
  public private(set) var mods: [FlowMod] = []

  public init(bridge: BridgeIndex, state: LeftRight) {
    self.bridge = bridge
    self.state = state
  }

  /// Makes `mods`, all of them additions, the hidden rules. When it returns, the next frame sees them.
  public func set(_ mods: [FlowMod]) {
    let old = rules
    self.mods = mods
    rules = mods.enumerated().map { position, mod in
      let mask = Mask(mod.match)
      let words = mod.match.wordValues
      let rule = Rule.allocate(
        table: 0, priority: mod.priority, sequence: UInt64(position), words: words, hash: mask.hash(words),
        program: RuleCompiler.compile(mod.actions), now: 0, id: .max)
      return (rule, mask)
    }
    let new = rules
    state.update { $0.bridge(bridge)?.setHidden(new) }
    for (rule, _) in old { rule.deallocate() }
  }
}
