import IPFIX
import OpenFlow

extension RunningSwitch {
  /// What the exporters of a bridge's sets have counted, as OpenFlow's clients are told.
  func flowIPFIX(ofBridge name: String) -> [IPFIXStatistics] {
    hooks.ipfixReport().sets.filter { $0.bridge == name }.map { IPFIXStatistics($0.statistics, set: $0.set) }
  }
}

extension IPFIXStatistics {
  fileprivate init(_ counts: Exporter.Statistics, set: UInt32) {
    self.init()
    totalFlows = counts.flows
    currentFlows = counts.currentFlows
    packets = counts.packets
    ipv4Packets = counts.ipv4Packets
    ipv6Packets = counts.ipv6Packets
    errors = counts.ipv4Errors + counts.ipv6Errors
    ipv4Errors = counts.ipv4Errors
    ipv6Errors = counts.ipv6Errors
    transmittedPackets = counts.sentMessages
    transmitErrors = counts.sendErrors
    collectorSet = set
  }
}
