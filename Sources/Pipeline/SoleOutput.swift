import Classifier
import Match

/// A frame whose first rule sends it to a port and does nothing else.
///
/// Most rules of large tables are such. Taking a frame up, running a program of one op and gathering the answer costs more
/// than finding the rule; for a frame whose rule was found ahead (`Foresight.swift`) nothing of that is needed.
public struct SoleOutput {
  let rule: Rule
  let lookup: TableLookup
  /// Where the frame leaves as it is.
  public let port: PortIndex
  public let bridge: BridgeIndex

  /// Counts the frame, and its lookup, as a translation does.
  /// - Parameter now: monotonic milliseconds.
  @inline(__always)
  public func count(bytes: Int, now: UInt64, in tally: inout BatchTally) {
    lookup.count()
    tally.count(rule, bytes: bytes, now: now)
  }

  /// The one rule of its way.
  @inline(__always)
  public var step: RuleStep { RuleStep(rule, on: bridge) }
}

extension Translator {
  /// What translating the frame at `place` of the batch, which has come in by `port`, would come to; `nil` when that may
  /// be more than one output, or nothing was found ahead.
  @inline(__always)
  public func soleOutput(_ place: Int, from port: PortIndex, in state: ForwardingState) -> SoleOutput? {
    guard foreseen.frames.contains(place), let rule = foreseen.rule(place), rule.programCount == 1,
      case .output(let number, maximumLength: 0) = OpList(rule)[0]
    else { return nil }
    let ingress = state.port(port)
    typealias Flag = PortRecord.Flag
    guard !ingress.has(Flag.mirrorSource | Flag.mirrorOutput | Flag.typed), number != ingress.number,
      let record = state.bridge(ingress.bridge), let target = record.port(numbered: number)
    else { return nil }
    let special =
      Flag.noForward | Flag.down | Flag.isolated | Flag.patch | Flag.packets | Flag.typed
      | Flag.mirrorDestination
    guard !state.port(target).has(special) else { return nil }
    return SoleOutput(
      rule: rule, lookup: record.lookup(table: 0, matched: true, lane: lane), port: target,
      bridge: ingress.bridge)
  }
}
