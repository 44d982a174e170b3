public import Flow
public import Pipeline
import Sys

/// A bridge's meters. Used on the control thread.
extension Bridge {
  /// Makes one change of the meter table, or throws and changes nothing. With a meter go the rules that measure
  /// frames with it. It holds for the next frame when it returns.
  public func apply(_ mod: MeterMod) throws(MeterTableError) {
    let now = Self.now
    let outcome = try meters.apply(mod, now: MonotonicClock.nanoseconds / 1000)
    let staged = flowTables.stageRemoval(ofRulesMeasuringWith: Set(outcome.deleted), now: now)
    owner.state.stage { $0.bridge(index)?.change(outcome) }
    owner.state.publish { other in
      flowTables.repeatOn(other, staged)
      other.bridge(index)?.change(outcome)
    }
    report(flowTables.finish(staged, now: now))
    for record in outcome.retired { record.deallocate() }
  }

  /// How many rules measure frames with each meter.
  public var rulesByMeter: [UInt32: Int] {
    flowTables.entries(FlowFilter()).reduce(into: [:]) { counts, entry in
      for meter in entry.actions.meters { counts[meter, default: 0] += 1 }
    }
  }
}
