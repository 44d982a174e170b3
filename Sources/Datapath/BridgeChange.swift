public import Flow
import Match
public import Pipeline

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
    var touched: Set<UInt32> = []
    var mods: [FlowMod] = []
    var places: [Int] = []
    var groupDeletions: Set<Int> = []
    for (place, change) in changes.enumerated() {
      switch change {
      case .flow(let mod):
        if let missing = missingTarget(of: mod, groups: changedGroups) {
          throw BridgeChangeRefused(place: place, reason: .flow(missing))
        }
        mods.append(mod)
        places.append(place)
      case .group(let mod):
        touched.insert(mod.group)
        do throws(GroupTableError) {
          for gone in try changedGroups.apply(mod, now: Self.now) {
            touched.insert(gone)
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
    let records = touched.subtracting([GroupID.all]).sorted().map { group in
      (group: group, record: changedGroups[group].map { GroupRecord.allocate($0.description) })
    }
    owner.state.stage { put(records, into: $0) }
    owner.state.publish(records.isEmpty ? flowTables.scope(of: staged) : .everything) {
      flowTables.repeatOn($0, staged)
      put(records, into: $0)
    }
    for (group, record) in records {
      groupRecords[group]?.deallocate()
      groupRecords[group] = record
    }
    groups = changedGroups
    report(flowTables.finish(staged, now: now), places: places)
  }

  private func put(_ records: [(group: UInt32, record: GroupRecord?)], into state: ForwardingState) {
    guard let bridge = state.bridge(index) else { return }
    for (group, record) in records { bridge.setGroup(group, to: record) }
  }

  /// What went through the group, and through each of its buckets.
  public func traffic(ofGroup group: UInt32) -> (total: TrafficCounter, buckets: [TrafficCounter])? {
    groupRecords[group].map { record in
      (record.traffic, (0..<record.bucketCount).map { record.traffic(ofBucket: $0) })
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
