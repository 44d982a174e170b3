import Datapath
import Flow
import Match
import OpenFlow
import Pipeline

/// The switch's values in OpenFlow's form.

extension PortDescription {
  init(_ port: BridgePort) {
    let isUp = port.isLinkUp
    self.init(
      number: port.number, hardwareAddress: port.mac, name: port.name,
      config: PortConfig(rawValue: port.settings.flags.rawValue), state: isUp ? .live : .linkDown)
  }
}

extension OpenFlow.PortStatistics {
  init(_ port: BridgePort) {
    let counted = port.statistics
    self.init(number: port.number, duration: port.age)
    receivedPackets = counted.receivedPackets
    receivedBytes = counted.receivedBytes
    sentPackets = counted.sentPackets
    sentBytes = counted.sentBytes
    receiveDrops = counted.receiveDrops
    sendDrops = counted.sendDrops
    receiveErrors = counted.receiveErrors
    sendErrors = 0
  }
}

extension OpenFlow.TableStatistics {
  init(_ counted: Datapath.TableStatistics) {
    self.init(
      table: counted.table, name: counted.table == 0 ? "classifier" : "table\(counted.table)",
      maximumEntries: UInt32(FlowTables.limit), activeEntries: UInt32(clamping: counted.active),
      lookups: counted.lookups, matches: counted.matches)
  }
}

extension FlowFilter {
  init(_ request: FlowStatisticsRequest) {
    self.init(
      table: request.table == 255 ? nil : request.table, match: request.match,
      cookie: request.cookie.cookie, cookieMask: request.cookie.mask, outPort: request.outPort)
  }
}

extension FlowRemoved {
  init(_ removed: FlowTables.Removed) {
    let rule = removed.statistics
    self.init(
      reason: FlowRemoved.Reason(rawValue: removed.reason.rawValue), table: rule.table,
      priority: rule.priority, match: rule.match, cookie: rule.cookie, idleTimeout: rule.idleTimeout,
      hardTimeout: rule.hardTimeout, duration: rule.duration, packets: rule.packets, bytes: rule.bytes)
  }
}
