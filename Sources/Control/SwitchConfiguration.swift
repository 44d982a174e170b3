public import Datapath

/// What is said of the switch as a whole: the one record of the table Open_vSwitch, which is always there.
public struct SwitchConfiguration: Equatable, Sendable {
  /// Checked against `otherConfigKeys` when it was set.
  public internal(set) var otherConfig: [String: String] = [:]
  public internal(set) var externalIDs: [String: String] = [:]

  init() {}
}

extension SwitchConfiguration {
  static var recordName: String { "." }

  static let otherConfigKeys: [ColumnType.MapKey] = [
    .init(name: "pmd-auto-lb", type: .boolean),
    .init(name: "pmd-auto-lb-improvement-threshold", type: .integer(0...100)),
    .init(name: "pmd-auto-lb-load-threshold", type: .integer(0...100)),
    .init(name: "pmd-auto-lb-rebal-interval", type: .integer(0...20_000)),
  ]

  /// When queues are moved unasked from one worker to another.
  /// - Parameter isOn: whether they are if nothing is said.
  public func balancing(byDefault isOn: Bool) -> BalancingSettings {
    var settings = BalancingSettings(isOn: isOn)
    if let isOn = otherConfig["pmd-auto-lb"] { settings.isOn = isOn == "true" }
    // As in Open vSwitch, 0 stands for what holds if nothing is said.
    if let minutes = number("rebal-interval"), minutes > 0 { settings.pause = minutes * 60 }
    if let percent = number("load-threshold") { settings.busyEnough = percent }
    if let percent = number("improvement-threshold") { settings.improvement = percent }
    return settings
  }

  private func number(_ key: String) -> Int? { otherConfig["pmd-auto-lb-\(key)"].flatMap { Int($0) } }
}

/// The table Open_vSwitch.
extension Column {
  static func openVSwitch(
    _ name: String, _ type: ColumnType, _ read: @escaping @Sendable (SwitchConfiguration) -> ColumnValue,
    _ write: @escaping @Sendable (inout SwitchConfiguration, ColumnValue) -> Void
  ) -> Column {
    Column(
      name: name, type: type, read: { if case .openVSwitch(let whole) = $0 { read(whole) } else { .empty } },
      write: { row, value in
        guard case .openVSwitch(var whole) = row else { return }
        write(&whole, value)
        row = .openVSwitch(whole)
      })
  }
}

extension Table {
  static let openVSwitchColumns: [Column] = [
    .openVSwitch("external_ids", .map(keys: nil), { .map($0.externalIDs) }, { $0.externalIDs = $1.pairs }),
    .openVSwitch(
      "other_config", .map(keys: SwitchConfiguration.otherConfigKeys), { .map($0.otherConfig) },
      { $0.otherConfig = $1.pairs }),
  ]
}
