import IPFIX
import Match

/// How flows are exported, and where to: a record of the table IPFIX. What is `nil` is at its default.
public struct IPFIXConfiguration: Equatable, Sendable {
  let id: RecordID
  var targets: [CollectorTarget] = []
  /// Seconds.
  var activeTimeout: Int?
  var maximumFlows: Int?
  /// Seconds.
  var templateInterval: Int?
  var statisticsInterval: Int?
  var externalIDs: [String: String] = [:]

  init(id: RecordID) { self.id = id }

  /// The same for the exporter, with defaults filled in.
  var settings: Exporter.Settings {
    var settings = Exporter.Settings()
    if let activeTimeout { settings.activeTimeout = activeTimeout }
    if let maximumFlows { settings.maximumFlows = maximumFlows }
    if let templateInterval { settings.templateInterval = templateInterval }
    if let statisticsInterval { settings.statisticsInterval = statisticsInterval }
    return settings
  }
}

/// Gives the frames that a bridge's rules report with `sample` to an exporter: a record of the table
/// Flow_Sample_Collector_Set.
public struct CollectorSetConfiguration: Equatable, Sendable {
  let id: RecordID
  /// What rules call it: `collector_set_id`.
  var number: UInt32 = 0
  /// The name of the bridge; empty until it is set.
  var bridge = ""
  var ipfix: RecordID?
  var externalIDs: [String: String] = [:]

  init(id: RecordID) { self.id = id }

  /// The name that no other has.
  var name: String { "\(bridge)/\(number)" }
}

// MARK: Records

extension Configuration {
  /// The set that `name` means: its UUID, or `BRIDGE/ID`.
  func collectorSet(named name: String) throws(CommandError) -> CollectorSetConfiguration {
    if let set = findCollectorSet(named: name) { return set }
    throw .missing("collector set", name, among: collectorSets.map(\.name))
  }

  func findCollectorSet(named name: String) -> CollectorSetConfiguration? {
    let id = RecordID(name)
    return collectorSets.first { id == nil ? $0.name == name : $0.id == id }
  }

  /// The exporter that `name` means: its UUID, or `BRIDGE/ID` of a set that has it.
  func ipfix(named name: String) throws(CommandError) -> IPFIXConfiguration {
    if let ipfix = findIPFIX(named: name) { return ipfix }
    throw .missing("IPFIX record", name, among: collectorSets.filter { $0.ipfix != nil }.map(\.name))
  }

  func findIPFIX(named name: String) -> IPFIXConfiguration? {
    let id = RecordID(name) ?? findCollectorSet(named: name)?.ipfix
    return ipfix.first { $0.id == id }
  }

  mutating func store(_ new: IPFIXConfiguration) {
    guard let place = ipfix.firstIndex(where: { $0.id == new.id }) else { return ipfix.append(new) }
    ipfix[place] = new
  }

  mutating func store(_ new: CollectorSetConfiguration) {
    guard let place = collectorSets.firstIndex(where: { $0.id == new.id }) else {
      return collectorSets.append(new)
    }
    collectorSets[place] = new
  }

  mutating func remove(_ set: CollectorSetConfiguration) { collectorSets.removeAll { $0.id == set.id } }

  /// An exporter goes with the last set that has it.
  mutating func remove(_ record: IPFIXConfiguration) throws(CommandError) {
    if let set = collectorSets.first(where: { $0.ipfix == record.id }) {
      throw CommandError(
        "IPFIX \(record.id): collector set \(set.name) has it; with 'destroy Flow_Sample_Collector_Set' it goes too"
      )
    }
    ipfix.removeAll { $0.id == record.id }
  }

  /// Checks that sets and what they refer to fit together, and lets go of exporters that no set has.
  mutating func completeCollectorSets() throws(CommandError) {
    for (place, set) in collectorSets.enumerated() {
      let subject = "Flow_Sample_Collector_Set \(set.name)"
      guard !set.bridge.isEmpty else { throw CommandError("Flow_Sample_Collector_Set: bridge: must be set") }
      guard hasBridge(named: set.bridge) else {
        let error = CommandError.missing("bridge", set.bridge, among: bridges.map(\.name))
        throw CommandError("\(subject): bridge: \(error.message)")
      }
      guard set.ipfix == nil || ipfix.contains(where: { $0.id == set.ipfix }) else {
        throw CommandError("\(subject): ipfix: no such record; 'create ipfix' makes one")
      }
      guard !collectorSets[..<place].contains(where: { $0.name == set.name }) else {
        throw CommandError("\(subject): the bridge has a set with that id")
      }
    }
    ipfix.removeAll { record in !collectorSets.contains { $0.ipfix == record.id } }
  }
}
