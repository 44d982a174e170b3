public import Flow
import Match
public import Pipeline
import Sys

/// One of several changes that are made together: those that a bundle can hold.
public enum BridgeChange: Sendable {
  case flow(FlowMod)
  case group(GroupMod)
}

/// Which of several changes was refused, and why. None was made.
public struct BridgeChangeRefused: Error, Equatable, Sendable {
  public enum Reason: Equatable, Sendable {
    case flow(FlowTablesError)
    case group(GroupTableError)
  }

  /// Its place in the list.
  public let place: Int
  public let reason: Reason
}

extension Bridge {
  /// Makes all changes or none, each seeing those before it; they hold for the next frame when it returns. With a
  /// group go the rules that send frames to it.
  public func commit(_ changes: [BridgeChange]) throws(BridgeChangeRefused) {
    var changedGroups = groups
    var mods: [FlowMod] = []
    var places: [Int] = []
    var groupDeletions: Set<Int> = []
    for (place, change) in changes.enumerated() {
      switch change {
      case .flow(let mod):
        mods.append(mod)
        places.append(place)
      case .group(let mod):
        do throws(GroupTableError) {
          for gone in try changedGroups.apply(mod, now: Self.now) {
            groupDeletions.insert(mods.count)
            mods.append(.deletion(ofGroup: gone))
            places.append(place)
          }
        } catch {
          throw BridgeChangeRefused(place: place, reason: .group(error))
        }
      }
    }
    let now = Self.now
    let staged: FlowTables.Staged
    do throws(FlowModRefused) {
      staged = try flowTables.stage(mods, groupDeletions: groupDeletions, now: now)
    } catch {
      throw BridgeChangeRefused(place: places[error.place], reason: .flow(error.reason))
    }
    owner.state.publish { flowTables.repeatOn(&$0, staged) }
    groups = changedGroups
    report(flowTables.finish(staged, now: now), places: places)
  }

  /// Makes one change of the meter table, or throws and changes nothing. With a meter go the rules that measure
  /// frames with it. It holds for the next frame when it returns.
  public func apply(_ mod: MeterMod) throws(MeterTableError) {
    let now = Self.now
    let outcome = try meters.apply(mod, now: MonotonicClock.nanoseconds / 1000)
    let staged = flowTables.stageRemoval(ofRulesMeasuringWith: Set(outcome.deleted), now: now)
    owner.state.stage { $0.bridge(index)?.change(outcome) }
    owner.state.publish { other in
      flowTables.repeatOn(&other, staged)
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

  /// How long the group or meter that was made at `created` has been there.
  public func age(since created: UInt64) -> Duration { .milliseconds(Self.now &- created) }
}

extension FlowMod {
  fileprivate static func deletion(ofGroup group: UInt32) -> FlowMod {
    var mod = FlowMod(command: .delete, table: 255)
    mod.outGroup = group
    return mod
  }
}
