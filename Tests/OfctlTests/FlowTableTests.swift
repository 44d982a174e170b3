import Flow
import Match
import Testing

@testable import Ofctl

@Suite struct FlowTableTests {
  private func table(_ text: String) throws -> FlowTable {
    FlowTable(
      try FlowLine.parse(file: text, named: "x", command: .add, takesKeyword: false, ports: PortNames()))
  }

  @Test func changesOnlyWhatDiffers() throws {
    let old = try table("table=1,ip,actions=drop\nudp,actions=1\npriority=7,arp,cookie=1,actions=2\n")
    let new = try table("table=1,ip,actions=drop\ntcp,actions=1\npriority=7,arp,cookie=2,actions=2\n")
    let mods = ReplaceFlows.changes(from: old, to: new, addingAgain: false)
    #expect(mods.map(\.command) == [.deleteStrict, .add, .add])
    #expect(mods.map { "\($0.match)" } == ["udp", "tcp", "arp"])
    #expect(mods.map(\.newCookie) == [nil, 0, 2])
    #expect(ReplaceFlows.changes(from: old, to: old, addingAgain: false).isEmpty)
    #expect(ReplaceFlows.changes(from: old, to: old, addingAgain: true).map(\.command) == [.add, .add, .add])
  }

  /// Files are compared as the real one does; of rules that differ both are printed.
  @Test func comparesFilesAsOVS() throws {
    let first = OVSFile(
      "table=3,ip,actions=drop\npriority=6,tcp,cookie=0x5,idle_timeout=10,actions=output:1\nudp actions=drop\n"
    )
    let second = OVSFile("table=3,ip,actions=output:2\ntable=4,actions=drop\nudp actions=drop\n")
    expectAsOVS(["diff-flows", first.path, second.path])
    expectAsOVS(["diff-flows", first.path, first.path])
    #expect(apus(["diff-flows", first.path, second.path]).status == 2)
  }

  @Test func sorts() throws {
    func flow(_ text: String) throws -> FlowStatistics {
      let mod = try FlowMod(parsing: text[...], command: .add)
      return FlowStatistics(
        table: mod.table, priority: mod.priority, match: mod.match, cookie: 0, actions: mod.actions)
    }
    let flows = try [
      "priority=1,in_port=2,actions=1", "priority=3,actions=1", "priority=2,in_port=1,actions=1",
    ]
    .map(flow)
    func order(_ keys: [OfctlOptions.SortKey]) -> [UInt16] {
      FlowOrder.sorted(flows, by: keys).map(\.priority)
    }
    let port = Field.named("in_port")
    #expect(order([]) == [1, 3, 2])
    #expect(order([.init(field: nil, isDescending: false)]) == [1, 2, 3])
    #expect(order([.init(field: nil, isDescending: true)]) == [3, 2, 1])
    #expect(order([.init(field: port, isDescending: false)]) == [2, 1, 3])
    #expect(order([.init(field: port, isDescending: true)]) == [1, 2, 3])
  }
}
