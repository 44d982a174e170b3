public import Flow
public import Match

/// What is looked at: a bridge's tables as the control thread knows them.
public struct LintSubject {
  /// By table, then priority from high to low.
  public var rules: [FlowStatistics]
  public var groups: [GroupDescription]
  public var meters: [MeterConfig]
  /// Those of the bridge, with or without a device.
  public var ports: Set<PortNumber>
  /// Tables that leave frames that no rule matches to the next table.
  public var continuingTables: Set<UInt8>
  /// Tables that send such frames to controllers.
  public var informingTables: Set<UInt8>
  /// Sets of collectors that have an exporter.
  public var collectorSets: Set<UInt32>
  /// Finds the names of ports, for rules as text.
  public var names: PortNaming

  public init(
    rules: [FlowStatistics], groups: [GroupDescription] = [], meters: [MeterConfig] = [],
    ports: Set<PortNumber> = [], continuingTables: Set<UInt8> = [], informingTables: Set<UInt8> = [],
    collectorSets: Set<UInt32> = [], names: @escaping PortNaming = { _ in nil }
  ) {
    self.rules = rules
    self.groups = groups
    self.meters = meters
    self.ports = ports
    self.continuingTables = continuingTables
    self.informingTables = informingTables
    self.collectorSets = collectorSets
    self.names = names
  }

  /// Tables are 0 to 253; 254 is reserved and 255 stands for all.
  static var lastTable: UInt8 { 253 }

  /// The rule as `dump-flows --no-stats` prints it.
  func text(of rule: FlowStatistics) -> String {
    String(rule.line(FlowDumpStyle(showsStatistics: false, names: names)).drop { $0 == " " })
  }

  func text(of group: GroupDescription) -> String {
    group.description(showsBucketIDs: true, names: names)
  }

  func text(of port: PortNumber) -> String { names(port).map { "'\($0)'" } ?? port.description }
}
