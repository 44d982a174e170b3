import Datapath
import Flow
import Match
import OpenFlow
import Pipeline

/// What requests about meters are answered with. OpenFlow 1.3.5 sections A.3.4.4 and A.3.5.12 to A.3.5.14.
extension OpenFlowConnection {
  func apply(_ mod: MeterMod, xid: UInt32) throws(OpenFlowError) {
    try checkMayChange()
    do throws(MeterTableError) {
      try agent.changing(by: self, xid: { _ in xid }) { () throws(MeterTableError) in
        try agent.bridge.apply(mod)
      }
    } catch {
      throw OpenFlowError(error)
    }
    agent.forward(.meterMod(mod), xid: xid, from: self)
  }

  func meterStatistics(of meter: UInt32) throws(OpenFlowError) -> SwitchMessage {
    let bridge = agent.bridge
    let rules = bridge.rulesByMeter
    return .meterStatistics(
      try meters(meter).map { entry in
        let counts = entry.record.counts
        return MeterStatistics(
          meter: entry.config.meter, flows: UInt32(clamping: rules[entry.config.meter] ?? 0),
          packets: counts.packets, bytes: counts.bytes, duration: bridge.age(since: entry.created),
          bands: entry.record.bandCounts.map { MeterStatistics.Band(packets: $0.packets, bytes: $0.bytes) })
      })
  }

  func meterConfigs(of meter: UInt32) throws(OpenFlowError) -> SwitchMessage {
    .meterConfig(try meters(meter).map(\.config))
  }

  private func meters(_ meter: UInt32) throws(OpenFlowError) -> [MeterTable.Entry] {
    let table = agent.bridge.meters
    if meter == MeterID.all { return table.all }
    guard let entry = table[meter] else { throw OpenFlowError(.unknownMeter) }
    return [entry]
  }

  var meterFeatures: SwitchMessage {
    .meterFeatures(
      MeterFeatures(
        maximumMeters: UInt32(MeterTable.limit), bandTypes: 1 << 1 | 1 << 2,
        capabilities: [.kilobits, .packets, .burst, .statistics],
        maximumBands: UInt8(MeterTable.bandLimit)))
  }
}
