import Bytes
public import Classifier
import Match

/// The first lookup of all frames of a batch, made together: what each of them waits for is waited for once
/// (`FlowClassifier.lookup(_:of:into:)`).
///
/// A frame that comes to its bridge is as it arrived when the first table is looked up, so the answer can be found
/// before its turn. It holds as long as the state of the tables is the same; frames of which that is not so, such as
/// fragments, are not among those that are asked for.
extension Translator {
  /// Looks up the frames at the places in `frames`, which have come in by `port`.
  public mutating func foresee(
    _ keys: KeyBatch, of frames: FrameSet, from port: PortIndex, in state: ForwardingState
  ) {
    forgetForeseen()
    guard !frames.isEmpty, let record = state.bridge(state.port(port).bridge) else { return }
    record.lookup(keys, of: frames, into: foreseen)
  }

  /// The state has changed.
  public mutating func forgetForeseen() { foreseen.frames = FrameSet() }

  @inline(__always)
  var isForeseen: Bool { ahead >= 0 }

  /// The answer for the frame in hand, which is about to be looked up in its first table.
  @inline(never)
  mutating func takeForeseen(_ table: Int, of record: BridgeRecord) -> Rule? {
    let place = ahead
    ahead = -1
    guard foreseen.frames.contains(place) else { return ask(table, of: record) }
    let rule = foreseen.rule(place)
    if isNoting {
      record.note(foreseen.extent(place), in: dependencies)
      noteLookup(table, of: record, rule)
    } else {
      record.lookup(table: table, matched: rule != nil, lane: lane).count()
    }
    return rule
  }
}

extension BridgeRecord {
  /// Looks up frames as they arrived in the first table, if nothing comes before it.
  func lookup(_ keys: KeyBatch, of frames: FrameSet, into answers: BatchAnswers) {
    guard !looksAtActionSetOutput, !hasHiddenRules else { return }
    withFirstTable { $0.lookup(keys, of: frames, into: answers) }
  }

  /// Adds to `bits` those that an answer of the first table depends on.
  func note(_ extent: LookupExtent, in bits: KeyReference) {
    withFirstTable { $0.note(extent, in: bits) }
  }
}
