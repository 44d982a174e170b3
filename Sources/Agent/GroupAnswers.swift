import Datapath
import Flow
import Match
import OpenFlow
import Pipeline

/// What requests about groups are answered with. OpenFlow 1.5.1 sections 7.3.4.2 and 7.3.5.6 to 7.3.5.8.
extension OpenFlowConnection {
  func apply(_ mod: GroupMod, xid: UInt32) throws(OpenFlowError) {
    try checkMayChange()
    do throws(BridgeChangeRefused) {
      try agent.changing(by: self, xid: { _ in xid }) { () throws(BridgeChangeRefused) in
        try agent.bridge.commit([.group(mod)])
      }
    } catch {
      throw OpenFlowError(error.reason)
    }
    agent.forward(.groupMod(mod), xid: xid, from: self)
  }

  /// Of one group, none when there is no such, or of all.
  func groupStatistics(of group: UInt32) -> SwitchMessage {
    let bridge = agent.bridge
    let (rules, buckets) = (bridge.rulesByGroup, bridge.groups.bucketsByGroup)
    return .groupStatistics(
      groups(group).map { entry in
        let number = entry.description.group
        let traffic = bridge.traffic(ofGroup: number)
        return GroupStatistics(
          group: number,
          references: UInt32(clamping: rules[number, default: 0] + buckets[number, default: 0]),
          total: GroupStatistics.Counters(traffic?.total), duration: bridge.age(since: entry.created),
          buckets: traffic?.buckets.map { GroupStatistics.Counters($0) } ?? [])
      })
  }

  func groupDescriptions(of group: UInt32) -> SwitchMessage {
    .groupDescription(groups(group).map(\.description))
  }

  private func groups(_ group: UInt32) -> [GroupTable.Entry] {
    let table = agent.bridge.groups
    return group == GroupID.all ? table.all : table[group].map { [$0] } ?? []
  }

  /// Groups may have weights, watch ports and groups, and lead to other groups, which is checked for loops.
  func groupFeatures(_ version: OpenFlowVersion) -> SwitchMessage {
    .groupFeatures(
      GroupFeatures(
        capabilities: 0xf,
        limits: GroupFeatures.Limits(
          maximumGroups: UInt32(GroupTable.limit), actions: Self.bucketActions(version))))
  }

  /// A bit for each action, `OFPAT_*`.
  private static func bucketActions(_ version: OpenFlowVersion) -> UInt32 {
    switch version {
    case .v10: 0x0fff
    case .v11: 0x01ff_e7ff
    case .v12, .v13, .v14, .v15: 0x03ff_8001
    }
  }
}

extension GroupStatistics.Counters {
  fileprivate init(_ traffic: TrafficCounter?) {
    self.init(packets: traffic?.packets ?? 0, bytes: traffic?.bytes ?? 0)
  }
}
