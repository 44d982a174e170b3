import Datapath
import Flow
import Match
import Pipeline
import Ports

/// A random world in which things happen: frames come, often those that came before, and between them rules, groups,
/// ports and addresses change. Two of the same seed have the same history, whatever their switches are like.
extension RandomWorld {
  /// What one step of the history left behind, in words.
  public func step() throws -> [String] {
    if chance(of: 3) { try change() }
    guard let port = subject.attachments.randomElement(using: &random) else { return [] }
    let frames = (0..<(1 + below(3))).map { _ in frame().frame }
    // All of them again and again: the first time the switch finds out, then it knows.
    let batch = (0..<(1 + below(4))).flatMap { _ in frames }
    subject.feed(batch, to: port)
    var result = ["\(batch.count) by \(port.port.name)"]
    for each in subject.attachments {
      for copy in each.take() { result.append("\(each.port.name): \(copy)") }
      result.append(
        "\(each.port.name): \(each.port.statistics), \(each.drops.sorted { $0.key.rawValue < $1.key.rawValue })"
      )
    }
    for message in subject.core.packetIns.takeAll() {
      result.append("controllers: table \(message.table), \(message.reason), \(message.frame)")
    }
    return result
  }

  /// What rules, tables, groups and the FDB of each bridge have counted and learned.
  public var counts: [String] {
    subject.core.bridges.flatMap { bridge in
      bridge.flows().map {
        "\(bridge.name): \($0.table) \($0.priority) \($0.match): \($0.packets), \($0.bytes)"
      }
      .sorted()
        + bridge.tables.map { "\(bridge.name): table \($0.table): \($0.lookups), \($0.matches)" }
        + bridge.fdb.all.map { "\(bridge.name): \($0.mac) \($0.vlan) at \($0.port)" }.sorted()
    }
  }

  private func mirror(_ name: String, of bridge: Bridge) -> MirrorSettings {
    let ports = bridge.ports.map(\.name)
    let output: MirrorSettings.Output = chance(of: 2) ? .vlan(3) : .port(ports[below(ports.count)])
    return MirrorSettings(
      name: name, selectsAll: chance(of: 4), sources: [ports[below(ports.count)]],
      destinations: [ports[below(ports.count)]], vlans: chance(of: 3) ? [UInt16(below(4))] : [],
      output: output)
  }

  private func change() throws {
    guard let bridge = subject.core.bridges.randomElement(using: &random) else { return }
    switch below(7) {
    case 0, 1: try bridge.apply([rule()])
    case 2:
      guard let victim = bridge.flows().randomElement(using: &random)
      else { return }
      try bridge.apply([
        FlowMod(command: .deleteStrict, table: victim.table, priority: victim.priority, match: victim.match)
      ])
    case 3: bridge.fdb.flush { $0.mac & 3 == 1 }
    case 4:
      guard let port = subject.attachments.randomElement(using: &random) else { return }
      port.port.settings = settings()
    case 5: bridge.settings.mirrors = (0..<below(3)).map { mirror("m\($0)", of: bridge) }
    default: bridge.settings.fragments = FragmentHandling.allCases[below(4)]
    }
  }
}
