/// What is measured: the rules, and the frames that meet them.
struct Scenario: Sendable {
  var name: String
  /// Made when they are needed: a million take a while.
  var rules: @Sendable () -> [String]
  /// Bytes of a frame, without the FCS.
  var frameByteCount = 60
  var flowCount = 1
  var order = FlowOrder.inTurn
  /// Pairs of MAC addresses that the flows are between.
  var hosts = 1
  var spreadsAddresses = false
  /// Rules added or deleted a second while it is measured.
  var changesPerSecond = 0

  /// Those whose names begin with one of `wanted`; all of them if that is empty.
  static func named(_ wanted: [String]) -> [Scenario] {
    all.filter { each in wanted.isEmpty || wanted.contains { each.name.hasPrefix($0) } }
  }

  private static let all = single + flows + ruleSets + hostile

  /// One flow: what a frame costs at least, and what actions and tables add.
  private static let single = [
    Scenario(name: "single: one rule, output", rules: { ["actions=output:2"] }),
    Scenario(name: "single: NORMAL, known address", rules: { ["actions=normal"] }),
    Scenario(name: "single: NORMAL, 1514 bytes", rules: { ["actions=normal"] }, frameByteCount: 1514),
    Scenario(name: "single: push and pop a tag", rules: { ["actions=push_vlan:0x8100,pop_vlan,output:2"] }),
    Scenario(name: "single: tag of VLAN 10", rules: { ["actions=mod_vlan_vid:10,output:2"] }),
    Scenario(
      name: "single: rewrite addresses and TTL",
      rules: { ["ip,actions=dec_ttl,mod_nw_src:192.0.2.1,output:2"] }),
    Scenario(
      name: "single: ten tables",
      rules: {
        (0..<10).map { "table=\($0),actions=goto_table:\($0 + 1)" } + ["table=10,actions=output:2"]
      }),
  ]

  private static let counts = [1000, 10_000, 100_000, 1_000_000]

  /// Many connections: between 1,000 hosts that are known, and with one rule that looks at nothing.
  private static let flows =
    counts.map {
      Scenario(
        name: "flows: \($0), NORMAL", rules: { ["actions=normal"] }, flowCount: $0, order: .uniform,
        hosts: 1000)
    }
    + counts.map {
      Scenario(
        name: "flows: \($0), one rule", rules: { ["in_port=1,actions=output:2"] }, flowCount: $0,
        order: .uniform)
    }

  /// One rule for each flow, under so many masks.
  private static let ruleSets = counts.flatMap { count in
    [1, 5, 32].flatMap { masks in
      [FlowOrder.uniform, .zipf, .shuffled].map { order in
        Scenario(
          name: "rules: \(count) of \(masks) masks, \(order.name)",
          rules: { connections(count, masks: masks) },
          flowCount: count, order: order, spreadsAddresses: true)
      }
    }
  }

  /// Exact connections; with more masks than one, parts of them leave bits of the destination out.
  private static func connections(_ count: Int, masks: Int) -> [String] {
    (0..<count).map { flow in
      let address = "10.\(flow >> 16 & 0xff).\(flow >> 8 & 0xff).\(flow & 0xff)/\(32 - flow % masks)"
      return
        "priority=100,udp,nw_dst=\(address),tp_src=\(flow >> 16),tp_dst=\(flow & 0xffff),actions=output:2"
    }
  }

  /// Traffic that is made to cost much.
  private static let hostile = [
    Scenario(
      name: "hostile: all new, one rule of 32 masks each",
      rules: { connections(1000, masks: 32) + ["priority=1,actions=output:2"] }, order: .new,
      spreadsAddresses: true),
    Scenario(
      name: "hostile: all new, NORMAL", rules: { ["actions=normal"] }, order: .new, hosts: 1000,
      spreadsAddresses: true),
    Scenario(
      name: "churn: 1,000 changes a second, 1000 flows", rules: { ["priority=1,actions=output:2"] },
      flowCount: 1000,
      order: .uniform, changesPerSecond: 1000),
    Scenario(
      name: "churn: none, 1000 flows", rules: { ["priority=1,actions=output:2"] }, flowCount: 1000,
      order: .uniform),
  ]
}
