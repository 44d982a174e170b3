public import Bytes
public import Classifier
import Match

/// Flows of all frames of a batch at once.
extension FlowCache {
  /// The flow of whatever comes in by `port`, when rules look at nothing of it and only send it on. Counts nothing.
  /// - Parameter key: of any frame from there; only its port is looked at.
  @inline(__always)
  public mutating func find(allFrom port: PortIndex, _ key: KeyReference, in state: ForwardingState)
    -> FlowHit?
  {
    guard let mask = masks.ofPort else { return nil }
    guard let place = find(mask.hash(key, from: port), mask, key, from: port) else { return nil }
    let flow = flow(at: place)
    // One that no longer holds goes when a frame asks for it.
    guard flow.isCurrent(mask, in: state) else { return nil }
    markUsed(place)
    return FlowHit(flow, at: 0)
  }

  /// Counts frames of a flow that was found so.
  @inline(__always)
  public mutating func count(_ frames: FrameCount, allOf hit: FlowHit, in tally: inout BatchTally) {
    guard let mask = masks.ofPort else { return }
    gauges.current.lookups &+= UInt64(frames.frames)
    gauges.current.probes &+= UInt64(frames.frames)
    count(frames, of: hit.flow, mask, in: &tally)
  }

  // MARK: Of many flows

  /// Where all of the first `count` frames, which were looked for ahead, leave as they are, if they have flows that hold,
  /// nothing else is to be done with any of them in this second, and that is one port; else `.none`. Counts nothing.
  @inline(__always)
  public func commonOutput(ofFirst count: Int, in state: ForwardingState, second: UInt32) -> PortIndex {
    // What was found ahead is still there.
    guard !hasChanged, givenCount == 0 else { return .none }
    var port = PortIndex.none
    for frame in 0..<count {
      let hint = unsafe hints[frame & 31]
      // Flows of other masks are yet to be kept under the joint one.
      guard hint.place >= 0, hint.mask == 0 || !masks.hasJoint else { return .none }
      let flow = flow(block: hint.block)
      let output = flow.soleOutput(at: second)
      guard output != .none, output == port || frame == 0, flow.isCurrent(masks[Int(hint.mask)], in: state)
      else {
        return .none
      }
      port = output
    }
    return port
  }

  /// Counts the frames of a batch that leave so.
  @inline(__always)
  public mutating func countAll(
    _ batch: borrowing PacketBatch, now: UInt64, in tally: inout BatchTally
  ) {
    gauges.current.hits &+= UInt64(batch.count)
    for frame in 0..<batch.count {
      let hint = unsafe hints[frame & 31]
      let flow = flow(block: hint.block)
      markUsed(hint.place)
      masks[Int(hint.mask)].hits &+= 1
      flow.countLookups(1)
      flow.count(FrameCount(bytes: batch[frame].length, now: now), in: &tally)
    }
  }

  /// The flow of a frame of such a batch.
  public func hit(ahead frame: Int, second: UInt32) -> FlowHit {
    FlowHit(flow(block: unsafe hints[frame & 31].block), at: second)
  }
}
