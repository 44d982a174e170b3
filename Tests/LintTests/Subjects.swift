import Flow
import Lint
import Match

/// Subjects written as for add-flow, add-group and add-meter.
extension LintSubject {
  /// Ports 1 to 4 and the local one unless said otherwise.
  init(
    _ rules: [String], groups: [String] = [], meters: [String] = [], ports: [UInt16] = [1, 2, 3, 4, 65_534],
    continuing: Set<UInt8> = []
  ) throws {
    self.init(
      rules: LintSubject.sorted(
        try rules.map { FlowStatistics(try FlowMod(parsing: $0[...], command: .add)) }),
      groups: try groups.map { text in
        let mod = try GroupMod(parsing: text[...], command: .add)
        return GroupDescription(
          group: mod.group, type: mod.type, buckets: mod.buckets, selection: mod.selection)
      },
      meters: try meters.map { try MeterMod(parsing: $0[...], command: .add).config },
      ports: Set(ports.map(PortNumber.init(rawValue:))), continuingTables: continuing)
  }

  /// As a bridge has them: by table, then by priority from high to low, then by age.
  static func sorted(_ rules: [FlowStatistics]) -> [FlowStatistics] {
    rules.enumerated().sorted {
      ($0.element.table, $1.element.priority, $0.offset) < ($1.element.table, $0.element.priority, $1.offset)
    }.map(\.element)
  }
}

extension FlowStatistics {
  init(_ mod: FlowMod) {
    self.init(
      table: mod.table, priority: mod.priority, match: mod.match, cookie: mod.newCookie ?? 0,
      idleTimeout: mod.idleTimeout, hardTimeout: mod.hardTimeout, actions: mod.actions)
  }
}
