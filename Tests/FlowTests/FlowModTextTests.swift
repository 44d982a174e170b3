import Actions
import Flow
import Match
import Testing

@Suite struct FlowModTextTests {
  @Test func readsEveryKey() throws {
    let text =
      "table=3, priority=5 cookie=0x1f,idle_timeout=6,hard_timeout=7,importance=9,send_flow_rem check_overlap,"
      + "reset_counts,no_packet_counts,no_byte_counts,tcp,tp_dst=80,actions=drop"
    let rule = try FlowMod(parsing: text[...], command: .add)
    var expected = FlowMod(
      command: .add, table: 3, priority: 5, match: try FlowMatch(parsing: "tcp,tp_dst=80"))
    expected.newCookie = 0x1f
    expected.idleTimeout = 6
    expected.hardTimeout = 7
    expected.importance = 9
    expected.flags = [.sendFlowRemoved, .checkOverlap, .resetCounts, .noPacketCounts, .noByteCounts]
    #expect(rule == expected)
  }

  @Test func readsDumpsBack() throws {
    let dump =
      " cookie=0x5, duration=1.234s, table=2, n_packets=3, n_bytes=99, idle_timeout=6, send_flow_rem "
      + "importance=9, idle_age=1, hard_age=2, priority=100,tcp,tp_dst=80 actions=drop"
    let rule = try FlowMod(parsing: dump[...], command: .add)
    #expect(rule.table == 2)
    #expect(rule.priority == 100)
    #expect(rule.newCookie == 5)
    #expect(rule.idleTimeout == 6)
    #expect(rule.importance == 9)
    #expect(rule.flags == .sendFlowRemoved)
    #expect(rule.match.description == "tcp,tp_dst=80")
  }

  @Test func defaults() throws {
    let add = try FlowMod(parsing: "actions=drop", command: .add)
    #expect(add == FlowMod(command: .add))
    let delete = try FlowMod(parsing: "", command: .delete)
    #expect(delete == FlowMod(command: .delete, table: 255))
    #expect(try FlowMod(parsing: "actions=drop", command: .modify).table == 255)
    #expect(try FlowMod(parsing: "table=255,actions=drop", command: .add).table == 255)
    #expect(try FlowMod(parsing: "action=drop", command: .add) == FlowMod(command: .add))
    #expect(try FlowMod(parsing: "actions=", command: .add) == FlowMod(command: .add))
  }

  /// Without a mask a cookie is set, with one it selects; a delete can only select.
  @Test(arguments: [
    (FlowMod.Command.add, "cookie=5,actions=drop", 5 as UInt64?, 0 as UInt64, 0 as UInt64),
    (.add, "cookie=-1,actions=drop", UInt64.max, 0, 0),
    (.add, "actions=drop", nil, 0, 0),
    (.modify, "cookie=5,actions=drop", 5, 0, 0),
    (.modify, "cookie=1/-1,cookie=2,actions=drop", 2, 1, .max),
    (.modifyStrict, "cookie=0x12/0xf,actions=drop", nil, 2, 0xf),
    (.delete, "cookie=1/-1", nil, 1, .max),
    (.deleteStrict, "cookie=1", nil, 1, .max),
  ])
  func cookies(command: FlowMod.Command, text: String, new: UInt64?, cookie: UInt64, mask: UInt64) throws {
    let rule = try FlowMod(parsing: text[...], command: command)
    #expect(rule.newCookie == new)
    #expect(rule.cookie == cookie)
    #expect(rule.cookieMask == mask)
  }

  @Test(arguments: [
    (
      FlowMod.Command.add, "tcp",
      "actions= is missing: say what to do with the frames, for instance actions=drop", 3
    ),
    (.modify, "", "actions= is missing: say what to do with the frames, for instance actions=drop", 0),
    (.delete, "tcp,actions=drop", "actions is not allowed in a delete", 4),
    (.deleteStrict, "idle_timeout=5", "idle_timeout is not allowed in a delete", 0),
    (.delete, "send_flow_rem", "send_flow_rem is not allowed in a delete", 0),
    (.delete, "priority=5", "priority is not allowed in a delete that is not strict", 0),
    (.add, "cookie=1/2,actions=drop", "a cookie with a mask is not allowed in an add", 0),
    (.add, "out_port=1,actions=drop", "out_port is not allowed except in a delete", 0),
    (.modify, "importance=1,actions=drop", "importance is not allowed except in an add", 0),
    (.add, "priority=5,priority=5,actions=drop", "priority is given twice", 11),
    (.delete, "cookie=1,cookie=1/1", "a cookie with a mask is given twice", 9),
    (.add, "priority=65536,actions=drop", "priority: 65536 is out of range (0 to 65535)", 9),
    (.add, "priority,actions=drop", "priority: a value is missing; expected a number from 0 to 65535", 8),
    (.add, "table=254,actions=drop", "table: 254 is out of range (0 to 253)", 6),
    (
      .add, "idle_timeout=-1,actions=drop",
      "idle_timeout: '-1' is not a number from 0 to 65535, decimal or 0x hexadecimal", 13
    ),
    (.add, "send_flow_rem=1,actions=drop", "send_flow_rem takes no value", 13),
    (.add, "pririty=5,actions=drop", "unknown field 'pririty'; did you mean 'priority'?", 0),
    (.add, "tcp,ationcs=drop", "unknown field 'ationcs'; did you mean 'actions'?", 4),
    (
      .add, "tp_dst=80,actions=drop",
      "tp_dst needs tcp, tcp6, udp, udp6, sctp, sctp6, icmp or icmp6 in the match as well", 0
    ),
    (
      .add, "table=3,actions=1,goto_table:3",
      "goto_table:3 in table 3: only later tables can be gone to", 18
    ),
    (.add, "actions=goto_table:0", "goto_table:0 in table 0: only later tables can be gone to", 8),
    (.add, "actions=1,set_field:9.9.9.9->ip_src", "writing ip_src needs ip in the match", 10),
  ])
  func refuses(command: FlowMod.Command, text: String, message: String, offset: Int) {
    let error = #expect(throws: FlowSyntaxError.self) { try FlowMod(parsing: text[...], command: command) }
    #expect(error?.description == message)
    #expect(error?.offset == offset)
  }

  @Test func namesPorts() throws {
    let ports: PortLookup = { $0 == "tap0" ? PortNumber(rawValue: 7) : nil }
    let rule = try FlowMod(parsing: "in_port=tap0,actions=tap0", command: .add, ports: ports)
    #expect(rule.match.description == "in_port=7")
    #expect(rule.actions == [.output(PortNumber(rawValue: 7))])
    #expect(try FlowMod(parsing: "out_port=tap0", command: .delete, ports: ports).outPort.rawValue == 7)
  }

  /// A refused rule leaves nothing behind in the parser.
  @Test func startsAnewAfterAnError() throws {
    var parser = FlowModParser(command: .add)
    #expect(throws: FlowSyntaxError.self) { try parser.parse("udp,nonsense,actions=drop") }
    let rule = try parser.parse("tcp,actions=drop")
    #expect(rule.match.description == "tcp")
  }
}

@Suite struct DamagedRuleTests {
  /// Damaged rules are read or refused, with an offset inside the text.
  @Test func survivesDamage() {
    let rules = [
      "table=3, priority=5 cookie=0x1f/-1,idle_timeout=6,send_flow_rem,tcp,tp_dst=80,in_port=\"a b\",actions=drop",
      " cookie=0x5, duration=1.234s, table=2, n_packets=3, idle_age=1, ipv6,ipv6_src=fe80::/64 actions=1,2",
      "icmp6,icmp_type=135,nd_target=::1,nd_sll=1:2:3:4:5:6,out_port=LOCAL,actions=set_field:1->reg0[0..3]",
    ]
    var state: UInt64 = 5
    func random(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let noise = Array("=/,.:\"\\+-|(0x9[zé ]\n#".utf8)
    for _ in 0..<500 {
      var bytes = Array(rules[random(below: rules.count)].utf8)
      for _ in 0...random(below: 4) { bytes[random(below: bytes.count)] = noise[random(below: noise.count)] }
      bytes.removeLast(random(below: bytes.count))
      let text = String(decoding: bytes, as: UTF8.self)
      for command: FlowMod.Command in [.add, .modify, .delete] {
        do { _ = try FlowMod(parsing: text[...], command: command) } catch {
          if !(0...text.utf8.count).contains(error.offset) { Issue.record("\(text): offset \(error.offset)") }
        }
        do { _ = try FlowFile.parse(text, named: "f", command: command) } catch {
          if error.column > error.text.count + 1 { Issue.record("\(text): column \(error.column)") }
        }
      }
    }
  }
}
