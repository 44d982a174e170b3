import Testing

extension System {
  /// `ofproto/trace` of this switch beside that of the real one, both with the same rules, which the real client
  /// wrote: the same tables, rules and actions in the same layout, the same final flow, the same ports in the end.
  @Suite struct TraceDifferenceTests {
    /// What is compared of a trace.
    private struct Digest: Equatable {
      var flow = ""
      /// Without remarks.
      var steps: [String] = []
      var finalFlow = ""
      /// Ports and truncations of the datapath's actions, in order.
      var outputs: [String] = []

      init(_ text: String) {
        var isStep = false
        for line in text.split(separator: "\n").map(String.init) {
          if let value = Self.value(of: "Flow: ", in: line) { flow = value }
          if let value = Self.value(of: "Final flow: ", in: line) {
            finalFlow = value
            isStep = false
          }
          if let value = Self.value(of: "Datapath actions: ", in: line) { outputs = Self.outputs(in: value) }
          if line.hasPrefix("bridge(") { isStep = true }
          let content = line.drop { $0 == " " }
          if isStep, !content.hasPrefix("->"), !content.hasPrefix(">>") {
            // A rule of the real switch's own, which a frame without a rule comes to in some bridges.
            let rule = line.replacing("reg0=0x2, priority 0", with: "No match.")
            steps.append(rule.replacing("strip_vlan", with: "pop_vlan"))
          }
        }
      }

      private static func value(of key: String, in line: String) -> String? {
        guard line.hasPrefix(key) else { return nil }
        // The real switch shows the second tag whenever there is a first one.
        return String(line.dropFirst(key.count)).replacing(",vlan_tci1=0x0000", with: "")
      }

      private static func outputs(in actions: String) -> [String] {
        var result: [String] = []
        var word = ""
        var depth = 0
        for character in actions + "," {
          if character == "(" { depth += 1 }
          if character == ")" { depth -= 1 }
          guard character == ",", depth == 0 else {
            word.append(character)
            continue
          }
          let isPort = !word.contains("(") && !["pop_vlan", "drop"].contains(word)
          if word.hasPrefix("trunc") || isPort { result.append(word) }
          word = ""
        }
        return result
      }
    }

    /// Numbers that only depend on the seed (SplitMix64).
    private struct Generator {
      var state: UInt64

      mutating func below(_ count: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ (z >> 31)) % UInt64(count))
      }

      mutating func pick(_ list: [String]) -> String { list[below(list.count)] }
    }

    private static let kinds = ["tcp", "udp", "icmp", "arp", "dl_type=0x1234", "udp6"]

    /// Fields with few values, so that rules match.
    private static func fields(of kind: String, _ random: inout Generator) -> [String] {
      var result = ["dl_dst=02:00:00:00:00:0\(random.below(2))", "dl_src=02:00:00:00:00:0\(random.below(2))"]
      switch kind {
      case "tcp", "udp":
        result += [
          "nw_dst=10.0.0.\(random.below(2))", "\(kind)_dst=\(random.below(2) + 80)",
          "\(kind)_src=\(random.below(2))",
        ]
      case "icmp": result += ["nw_src=10.0.0.\(random.below(2))", "icmp_type=\(random.below(2))"]
      case "arp": result += ["arp_op=\(random.below(2) + 1)", "arp_tpa=10.0.0.\(random.below(2))"]
      case "udp6": result += ["ipv6_dst=fe80::\(random.below(2))", "udp_dst=\(random.below(2) + 80)"]
      default: break
      }
      return result
    }

    private static func rule(_ random: inout Generator) -> String {
      let table = random.below(5)
      let kind = random.pick(kinds)
      var words = ["table=\(table)", "priority=\(1 + random.below(5))"]
      if random.below(3) == 0 { words.append("cookie=0x\(1 + random.below(9))") }
      if random.below(3) == 0 { words.append("in_port=\(1 + random.below(3))") }
      if random.below(4) == 0 { words.append("reg0=\(random.below(3))") }
      let isTyped = random.below(3) > 0
      if isTyped {
        words.append(kind)
        for field in fields(of: kind, &random) where random.below(4) == 0 { words.append(field) }
      }
      var actions = (0..<(1 + random.below(4))).map { _ in
        action(of: isTyped ? kind : "", table: table, &random)
      }
      if random.below(4) == 0 { actions.append("output:p\(1 + random.below(3))") }
      if random.below(6) == 0 {
        actions.append("write_actions(set_field:02:00:00:00:00:0\(random.below(4))->eth_src,output:p2)")
      }
      if table < 5, random.below(3) == 0 {
        actions.append("goto_table:\(table + 1 + random.below(5 - table))")
      }
      return words.joined(separator: ",") + ",actions=" + actions.joined(separator: ",")
    }

    private static func action(of kind: String, table: Int, _ random: inout Generator) -> String {
      let isIP = ["tcp", "udp", "icmp", "udp6"].contains(kind)
      switch random.below(isIP ? 16 : 14) {
      case 0, 1, 2: return "output:p\(1 + random.below(3))"
      case 3, 4, 5: return "resubmit(,\(table + 1 + random.below(5)))"
      case 6: return "load:0x\(random.below(3))->NXM_NX_REG0[]"
      case 7: return "set_field:02:00:00:00:00:0\(random.below(4))->eth_dst"
      case 8: return "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]"
      case 9: return "group:\(1 + random.below(2))"
      case 10: return "clone(set_field:02:00:00:00:00:09->eth_src,output:p3)"
      case 11: return random.pick(["IN_PORT", "note:01.02.03.04.05.06", "output:p9"])
      case 12: return "output(port=p2,max_len=\(64 + random.below(100)))"
      case 13: return "output:NXM_NX_REG0[]"
      case 14: return "dec_ttl"
      default: return "set_field:\(random.below(60))->ip_dscp"
      }
    }

    private static let groups = """
      group_id=1,type=all,bucket=actions=output:p2,bucket=actions=set_field:02:00:00:00:00:77->eth_src,output:p3
      group_id=2,type=indirect,bucket=actions=output:p1

      """

    /// Rules of the bridge behind the patch port p9.
    private static let farRules = """
      priority=5,in_port=pb,udp,actions=load:0x5->NXM_NX_REG3[],output:p4
      priority=4,in_port=pb,tcp,actions=IN_PORT
      priority=3,reg0=0,dl_type=0x1234,actions=drop

      """

    /// Bridges and ports alike in both, numbered alike.
    private static func build(_ daemon: Daemon, _ ovs: OpenVSwitch) throws {
      try daemon.apus("set bridge br0 fail_mode=secure -- add-br br1 -- set bridge br1 fail_mode=secure")
      for number in 1...3 {
        try daemon.apus(
          "add-port br0 p\(number) -- set interface p\(number) type=tap ofport_request=\(number)")
      }
      try daemon.apus("add-port br1 p4 -- set interface p4 type=tap ofport_request=4")
      let patches = """
        add-port br0 p9 -- set interface p9 type=patch options:peer=pb ofport_request=9 \
        -- add-port br1 pb -- set interface pb type=patch options:peer=p9 ofport_request=8
        """
      try daemon.apus(patches)
      let far = """
        --timeout=20 set bridge br0 fail-mode=secure -- add-br br1 -- set bridge br1 datapath_type=dummy \
        fail-mode=secure protocols=OpenFlow13 -- set bridge br0 protocols=OpenFlow13 -- add-port br1 p4 \
        -- set interface p4 type=dummy ofport_request=4 -- \(patches)
        """
      #expect(try ovs.vsctl(far).status == 0)
      let words = "ovs-ofctl -O OpenFlow13 --bundle --names"
      for (near, other) in [
        (ovs.bridge, "unix:\(ovs.directory)/br1.mgmt"),
        ("unix:" + daemon.openFlowSocket("br0"), "unix:" + daemon.openFlowSocket("br1")),
      ] {
        try eventually("the bridges answer") {
          try Command.run("ovs-ofctl -O OpenFlow13 probe \(other)").status == 0
            && Command.run("ovs-ofctl -O OpenFlow13 probe \(near)").status == 0
        }
        try Command.output(of: "\(words) add-groups \(near) -", input: groups)
        try Command.output(of: "\(words) add-flows \(other) -", input: farRules)
      }
    }

    @Test func goesTheSameWay() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let ovs = try OpenVSwitch()
        try Self.build(daemon, ovs)
        var random = Generator(state: 4)
        var disagreements = 0
        for _ in 0..<6 {
          let rules = (0..<30).map { _ in Self.rule(&random) + "\n" }.joined()
          for bridge in [ovs.bridge, "unix:" + daemon.openFlowSocket("br0")] {
            try Command.output(of: "ovs-ofctl -O OpenFlow13 del-flows \(bridge)")
            try Command.output(
              of: "ovs-ofctl -O OpenFlow13 --bundle --names add-flows \(bridge) -", input: rules)
          }
          for _ in 0..<40 where disagreements < 5 {
            let kind = random.pick(Self.kinds)
            let ttl =
              ["arp", "dl_type=0x1234"].contains(kind) ? "" : ",nw_ttl=\(random.below(8) == 0 ? 1 : 64)"
            let flow =
              "in_port=p\(1 + random.below(3)),\(kind)\(ttl),"
              + Self.fields(of: kind, &random).joined(separator: ",")
            let theirs = try Command.output(
              of: "ovs-appctl -t \(ovs.directory)/vs.ctl ofproto/trace --names br0 \(flow)")
            let ours = try daemon.appctl("ofproto/trace --names br0 \(flow)")
            guard Digest(ours.output) != Digest(theirs) else { continue }
            disagreements += 1
            Issue.record("\(flow):\n\(ours.output)\(ours.errors)\n-- Open vSwitch:\n\(theirs)\n\(rules)")
          }
        }
      }
    }

    /// Actions that the switch itself sends are traced alike as well.
    @Test func tracesPacketOutsAlike() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let ovs = try OpenVSwitch()
        try Self.build(daemon, ovs)
        let rule = "table=3,priority=5 actions=set_field:02:00:00:00:00:05->eth_dst,output:p3\n"
        for bridge in [ovs.bridge, "unix:" + daemon.openFlowSocket("br0")] {
          try Command.output(of: "ovs-ofctl -O OpenFlow13 --names add-flows \(bridge) -", input: rule)
        }
        for words in [
          "br0 in_port=p1,icmp output:2,resubmit(,3),output:9", "br0 in_port=controller,arp resubmit(,3)",
          "br0 in_port=p1,udp,dl_vlan=5 clone(pop_vlan,output:2),output:9",
          "br1 in_port=p4,tcp,nw_ttl=1 dec_ttl,output:8",
        ] {
          let theirs = try Command.output(
            of: "ovs-appctl -t \(ovs.directory)/vs.ctl ofproto/trace-packet-out --names \(words)")
          let ours = try daemon.appctl("ofproto/trace-packet-out --names \(words)")
          #expect(
            Digest(ours.output) == Digest(theirs), "\(words):\n\(ours.output)\(ours.errors)\n--\n\(theirs)")
        }
      }
    }
  }
}
