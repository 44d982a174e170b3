import ControlProtocol
import Datapath
import Flow
import Match
import Pipeline
import Testing

@testable import Control

/// `ofproto/trace` from its words to its text, on a switch without devices.
@Suite struct TraceCommandTests {
  /// Two bridges, joined by a patch. Ports p1 to p3 of br0 are up; p4 and up of br1.
  private final class Bench {
    let core: Switch
    let bridges: [Bridge]

    init(_ rules: [String], other: [String] = []) throws {
      let core = try Switch()
      let bridges = try ["br0", "br1"].map {
        try core.addBridge(named: $0, datapathID: 1, settings: BridgeSettings(failMode: .secure))
      }
      (self.core, self.bridges) = (core, bridges)
      for number in 1...3 as ClosedRange<UInt16> {
        try bridges[0].addPort(named: "p\(number)", number: PortNumber(rawValue: number), mac: 0).isLinkUp =
          true
      }
      let first = try bridges[0].addPort(named: "to1", number: PortNumber(rawValue: 9), mac: 0)
      let second = try bridges[1].addPort(named: "to0", number: PortNumber(rawValue: 8), mac: 0)
      first.connect(to: second)
      second.connect(to: first)
      let group: GroupMod = try GroupMod(
        parsing: "group_id=1,type=all,bucket=output:2,bucket=push_vlan:0x8100,output:3", command: .add)
      try bridges[0].commit([.group(group)])
      for (bridge, rules) in zip(bridges, [rules, other]) {
        let ports: PortLookup = { name in bridge.port(named: name)?.number }
        try bridge.apply(rules.map { try FlowMod(parsing: $0[...], command: .add, ports: ports) })
      }
    }

    deinit { core.stop() }

    func report(_ words: String..., withActions: Bool = false, showsNames: Bool = false) throws -> TraceReport
    {
      let request = try TraceRequest(words, withActions: withActions, bridges: bridges)
      let trace = request.bridge.trace(request.key, frame: request.frame, applying: request.actions)
      return TraceWords(core, showsNames: showsNames)
        .report(trace, on: request.bridge, actions: request.actions)
    }
  }

  private static func flow(_ text: String) -> String {
    "Flow: \(text),vlan_tci=0x0000,dl_src=00:00:00:00:00:00,dl_dst=00:00:00:00:00:00"
  }

  /// The layout is that of ovs-appctl 3.1, which was asked the same.
  @Test func indentsTablesAsOpenVSwitchDoes() throws {
    let bench = try Bench([
      "priority=100,cookie=0x12,in_port=1,tcp actions=load:1->NXM_NX_REG0[],resubmit(,1),resubmit(,2),output:2",
      "table=1,priority=10,cookie=0x77,tcp,tp_dst=80 actions=mod_nw_dst:10.0.0.9,resubmit(,3)",
      "table=3,priority=5 actions=mod_dl_dst:02:00:00:00:00:05",
    ])
    let report = try bench.report(
      "br0", "in_port=1,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64,tp_src=1000,tp_dst=80")
    #expect(
      report.text == """
        Flow: tcp,in_port=1,vlan_tci=0x0000,dl_src=00:00:00:00:00:00,dl_dst=00:00:00:00:00:00,nw_src=10.0.0.1,\
        nw_dst=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=1000,tp_dst=80,tcp_flags=0

        bridge("br0")
        -------------
         0. tcp,in_port=1, priority 100, cookie 0x12
            load:0x1->NXM_NX_REG0[]
            resubmit(,1)
             1. tcp,tp_dst=80, priority 10, cookie 0x77
                    mod_nw_dst:10.0.0.9
                    resubmit(,3)
                 3. priority 5
                    mod_dl_dst:02:00:00:00:00:05
            resubmit(,2)
             2. No match.
                    drop
            output:2

        Final flow: tcp,reg0=0x1,in_port=1,vlan_tci=0x0000,dl_src=00:00:00:00:00:00,dl_dst=02:00:00:00:00:05,\
        nw_src=10.0.0.1,nw_dst=10.0.0.9,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=1000,tp_dst=80,tcp_flags=0
        Megaflow: recirc_id=0,eth,tcp,in_port=1,dl_dst=00:00:00:00:00:00,nw_dst=10.0.0.2,nw_frag=no,tp_dst=80
        Datapath actions: set(eth(dst=02:00:00:00:00:05)),set(ipv4(dst=10.0.0.9)),p2

        """)
  }

  struct Steps: CustomTestStringConvertible, Sendable {
    var rules: [String]
    var other: [String] = []
    var flow: String
    var steps: String
    var testDescription: String { rules.joined(separator: "; ") }
  }

  static let steps: [Steps] = [
    // What is behind a pause, of each list.
    Steps(
      rules: [
        "actions=resubmit(,1),output:3",
        "table=1 actions=controller(pause,userdata=01),output:2,resubmit(,2)",
        "table=2 actions=output:1",
      ], flow: "in_port=1,dl_type=0x1244",
      steps: """
         0. priority 32768
            resubmit(,1)
             1. priority 32768
                    controller(userdata=01,pause)
                     -> paused until a controller resumes it
                     -> when resumed: output:2
                     -> when resumed: resubmit(,2)
             -> when resumed: output:3

        """),
    // Chains of tables, nested and one behind the other.
    Steps(
      rules: [
        "actions=resubmit(,10)", "table=10 actions=resubmit(,11),goto_table:20",
        "table=11 actions=output:2,resubmit(3,12)", "table=12 actions=output:3,goto_table:13",
        "table=20 actions=output:9,output:9",
      ], flow: "in_port=1,dl_type=0x1244",
      steps: """
         0. priority 32768
            resubmit(,10)
        10. priority 32768
            resubmit(,11)
            11. priority 32768
                    output:2
                    resubmit(3,12)
                12. priority 32768
                    output:3
                    goto_table:13
                13. No match.
                    drop
            goto_table:20
        20. priority 32768
            output:9

            bridge("br1")
            -------------
                 0. No match.
                    drop
            output:9

        bridge("br1")
        -------------
         0. No match.
            drop

        """),
    // The action set, a group and its buckets.
    Steps(
      rules: [
        "actions=write_actions(group:1),goto_table:41",
        "table=41 actions=note:01,write_actions(set_field:00:00:00:00:00:07->eth_dst)",
      ], flow: "in_port=1,dl_type=0x1247",
      steps: """
         0. priority 32768
            write_actions(group:1)
            goto_table:41
            41. priority 32768
                    note:01.00.00.00.00.00
                    write_actions(set_field:00:00:00:00:00:07->eth_dst)
        --. Executing action set:
            set_field:00:00:00:00:00:07->eth_dst
            group:1
            bucket 0
                    output:2
            bucket 1
                    push_vlan:0x8100
                    output:3

        """),
    // What is not done, and why.
    Steps(
      rules: [
        "actions=clone(mod_dl_src:00:11:22:33:44:55,output:2),output:1,output:77,output:reg0[],in_port"
      ],
      flow: "in_port=1,dl_type=0x1236",
      steps: """
         0. priority 32768
            clone(mod_dl_src:00:11:22:33:44:55,output:2)
            mod_dl_src:00:11:22:33:44:55
            output:2
            output:1
             >> skipping output to input port
            output:77
             >> Nonexistent output port
            output:NXM_NX_REG0[]
             -> output port is 0
             >> Nonexistent output port
            IN_PORT

        """),
    Steps(
      rules: ["actions=dec_ttl,note:01"], flow: "in_port=1,ip,nw_ttl=1",
      steps: """
         0. priority 32768
            dec_ttl
             >> dec_ttl met a TTL of 0 or 1

        """),
    Steps(
      rules: ["actions=exit,output:2"], flow: "in_port=1",
      steps: """
         0. priority 32768
            exit

        """),
    Steps(
      rules: ["actions=drop"], flow: "in_port=1",
      steps: """
         0. priority 32768
            drop

        """),
    // NORMAL says what it found, and registers do not come through a patch.
    Steps(
      rules: ["arp actions=load:7->reg3[],NORMAL"], other: ["reg3=0,arp actions=output:4", "actions=drop"],
      flow: "in_port=1,arp,dl_dst=02:00:00:00:00:02",
      steps: """
         0. arp, priority 32768
            load:0x7->NXM_NX_REG3[]
            NORMAL
             -> no learned MAC for destination, flooding

        bridge("br1")
        -------------
         0. arp,reg3=0, priority 32768
            output:4
             >> Nonexistent output port

        """),
  ]

  @Test(arguments: steps)
  func showsEachStep(row: Steps) throws {
    let bench = try Bench(row.rules, other: row.other)
    let text = try bench.report("br0", row.flow).text
    let start = try #require(text.firstRange(of: "-------------\n"))
    let end = try #require(text.firstRange(of: "\nFinal flow:"))
    #expect(String(text[start.upperBound..<end.lowerBound]) == row.steps)
  }

  @Test func namesTheReasonOfADrop() throws {
    let text = try Bench([]).report("br0", "in_port=2").text
    #expect(
      text == Self.flow("in_port=2") + """
        ,dl_type=0x0000

        bridge("br0")
        -------------
         0. No match.
            drop

        Final flow: unchanged
        Megaflow: recirc_id=0,eth,in_port=2,dl_type=0x0000
        Datapath actions: drop
        Drop reason: no_rule_matched: no rule of the table matched

        """)
  }

  @Test func appliesTheActionsOfAPacketOut() throws {
    let bench = try Bench(["table=3,priority=5 actions=mod_dl_dst:02:00:00:00:00:05"])
    let text = try bench.report(
      "br0", "in_port=1,icmp", "output:2,note:05,resubmit(,3),output:3,note:07", withActions: true
    ).text
    #expect(
      text.contains(
        """
        -------------
            output:2
            note:05.00.00.00.00.00
            resubmit(,3)
             3. priority 5
                    mod_dl_dst:02:00:00:00:00:05
            output:3
            note:07.00.00.00.00.00

        """), "\(text)")
    #expect(text.contains("Datapath actions: p2,set(eth(dst=02:00:00:00:00:05)),p3\n"))
  }

  /// What lies behind a label is in a frame, not in a flow.
  @Test func looksBehindTheLabelsOfAFrame() throws {
    let bench = try Bench(["mpls actions=pop_mpls:0x0800,resubmit(,1)", "table=1,udp actions=output:2"])
    let header = "4500001c00000000401166cb0a0000010a000002"
    let frame = "020000000002020000000001" + "8847" + "00001140" + header + "00070035" + "00080000"
    let text = try bench.report("br0", "in_port=1", frame).text
    #expect(text.contains(" 1. udp, priority 32768\n    output:2\n"), "\(text)")
    #expect(text.contains("Datapath actions: pop_mpls(eth_type=0x800),p2\n"), "\(text)")
    let flow = try bench.report("br0", "in_port=1,mpls,mpls_label=1,mpls_bos=1").text
    #expect(!flow.contains("output:2"), "\(flow)")
  }

  @Test func showsNamesOfPorts() throws {
    let bench = try Bench(["in_port=1 actions=output:2"])
    let text = try bench.report("br0", "in_port=p1", showsNames: true).text
    #expect(text.contains(" 0. in_port=p1, priority 32768\n    output:p2\n"), "\(text)")
  }

  @Test func tellsProgramsTheSame() throws {
    let bench = try Bench(["cookie=5,udp actions=resubmit(,1)"])
    let json = try bench.report("br0", "in_port=1,udp").json
    guard case .object(let members) = json, case .array(let steps)? = members["steps"] else {
      Issue.record("\(json)")
      return
    }
    #expect(
      members["drop_reason"] == ["name": "no_rule_matched", "explanation": "no rule of the table matched"])
    #expect(members["datapath_actions"] == "drop")
    #expect(
      steps == [
        [
          "type": "bridge", "name": "br0",
          "steps": [
            [
              "type": "table", "table": .integer(0), "matched": .boolean(true), "match": "udp",
              "priority": .integer(32768), "cookie": "0x5",
              "steps": [
                ["type": "action", "text": "resubmit(,1)"],
                [
                  "type": "table", "table": .integer(1), "matched": .boolean(false),
                  "steps": [["type": "action", "text": "drop"]],
                ],
              ],
            ]
          ],
        ]
      ])
  }

  // MARK: What it is asked

  struct Question: CustomTestStringConvertible, Sendable {
    var words: [String]
    var flow: String
    var testDescription: String { words.joined(separator: " ") }
    init(_ words: String..., flow: String) {
      self.words = words
      self.flow = flow
    }
  }

  private static let empty = "vlan_tci=0x0000,dl_src=00:00:00:00:00:00,dl_dst=00:00:00:00:00:00"

  static let questions: [Question] = [
    Question("br0", "in_port=p2,arp", "-generate", flow: "arp,in_port=2,\(empty),arp_spa=0.0.0.0,"),
    Question("br1", "dl_type=0x1234", flow: "in_port=ANY,\(empty),dl_type=0x1234"),
    Question("br0", "dl_vlan=5,dl_vlan_pcp=1", flow: "in_port=ANY,dl_vlan=5,dl_vlan_pcp=1,"),
    Question("br0", "reg5=3,metadata=9,tun_id=4", flow: "reg5=0x3,tun_id=0x4,metadata=0x9,in_port=ANY,"),
    // Of a frame its own fields count.
    Question(
      "br0", "in_port=1,tcp,reg1=2", "0102030405060708090a0b0c1234",
      flow:
        "reg1=0x2,in_port=1,vlan_tci=0x0000,dl_src=07:08:09:0a:0b:0c,dl_dst=01:02:03:04:05:06,dl_type=0x1234"),
    // As datapaths write flows.
    Question(
      "in_port(p3),eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:02),eth_type(0x0800),"
        + "ipv4(src=10.0.0.1,dst=10.0.0.2,proto=6,tos=0xb9,ttl=9,frag=no),tcp(src=5,dst=80),tcp_flags(syn)",
      flow: "tcp,in_port=3,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,nw_src=10.0.0.1,"
        + "nw_dst=10.0.0.2,nw_tos=184,nw_ecn=1,nw_ttl=9,nw_frag=no,tp_src=5,tp_dst=80,tcp_flags=syn"),
    Question(
      "system@ovs-system",
      "recirc_id(0),in_port(p1),eth_type(0x8100),vlan(vid=7,pcp=3),encap(eth_type(0x0806),arp(sip=1.2.3.4,op=2))",
      flow:
        "arp,in_port=1,dl_vlan=7,dl_vlan_pcp=3,dl_src=00:00:00:00:00:00,dl_dst=00:00:00:00:00:00,arp_spa=1.2.3.4,"
    ),
    Question(
      "in_port(p1),eth_type(0x86dd),ipv6(src=fe80::1,dst=fe80::2,proto=58,tclass=0,hlimit=255,frag=no),"
        + "icmpv6(type=135,code=0),nd(target=fe80::3)", flow: "icmp6,in_port=1,"),
  ]

  @Test(arguments: questions)
  func readsTheFlow(question: Question) throws {
    let bench = try Bench([])
    let request = try TraceRequest(question.words, withActions: false, bridges: bench.bridges)
    let text = TraceFlowText.text(of: request.key, names: { _ in nil })
    #expect(text.hasPrefix(question.flow), "\(text)")
  }

  static let refused: [(words: [String], message: String)] = [
    ([], "FLOW is missing"),
    (["br0"], "FLOW is missing"),
    (["br2", "in_port=1"], "no bridge named 'br2'; did you mean 'br0'?"),
    (["in_port=9,tcp,x", "-generate"], "FLOW: unknown field 'x'"),
    (["arp"], "BRIDGE is missing (there are br0, br1)"),
    (["br0", "in_port=1,ipx"], "FLOW: unknown field 'ipx'; did you mean 'ip'?"),
    (["br0", "ip,nw_src=10.0.0.0/8"], "FLOW: ip_src has a mask"),
    (["br0", "in_port=1", "0102"], "FRAME: 4 digits"),
    (
      ["br0", "in_port=1", "zz02030405060708090a0b0c1234"],
      "FRAME: 'zz02030405060708090a0b0c1234' is not in hexadecimal"
    ),
    (["br0", "in_port=1", "0102030405060708090a0b0c1234", "x"], "'x' is one word too many"),
    (
      ["br0", "in_port=1", "0102030405060708090a0b0c1234", "-generate"],
      "a FRAME and --generate exclude each other"
    ),
    (["br0", "in_port=1", "-genrate"], "unknown option '-genrate'; did you mean '--generate'?"),
    (["br0", "in_port(1),ehth(src=1)"], "FLOW: unknown term 'ehth'; did you mean 'eth'?"),
    (["br0", "in_port(1),eth(source=1)"], "FLOW: eth: unknown key 'source'"),
    (
      ["br0", "in_port(1),ipv4(src=1.0.0.0/255.0.0.0)"],
      "FLOW: ipv4(src=1.0.0.0/255.0.0.0): a frame has values"
    ),
    (["br0", "in_port(1),eth(src=02:00:00:00:00:01"], "FLOW: eth: a ')' is missing"),
    (["br0", "in_port(1),tcp"], "FLOW: 'tcp' is not NAME(...)"),
  ]

  @Test(arguments: refused)
  func saysWhatIsWrong(words: [String], message: String) throws {
    let bench = try Bench([])
    let error = #expect(throws: CommandError.self) {
      try TraceRequest(words, withActions: false, bridges: bench.bridges)
    }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  /// An option's value may stand behind it, wherever that is.
  @Test(arguments: [
    ["why-dropped", "p1", "--count", "3"], ["--count", "3", "why-dropped", "p1"],
    ["why-dropped", "--count=3", "p1"],
  ])
  func takesTheNextWordAsAValue(words: [String]) throws {
    let command = try #require(try CommandParser.parse(words).first)
    #expect(command.command.name == WhyDropped.name)
    #expect(command.arguments.positional == ["p1"])
    #expect(command.arguments.options == ["--count": "3"])
  }

  @Test func checksActionsWhenAsked() throws {
    let bench = try Bench([])
    _ = try bench.report("br0", "in_port=1,arp", "set_field:80->tcp_dst,output:2", withActions: true)
    let error = #expect(throws: CommandError.self) {
      try bench.report(
        "-consistent", "br0", "in_port=1,arp", "set_field:80->tcp_dst,output:2", withActions: true)
    }
    #expect(error?.message.hasPrefix("ACTIONS: ") == true, "\(error?.message ?? "")")
  }

  @Test(arguments: [
    (" 0. tcp, priority 5, cookie 0x12", [0x12 as UInt64]),
    ("NXT_PACKET_IN2: cookie=0xab total_len=60", [0xab]),
    ("cookie=0x0, duration=3s", []),
    ("cookie:17 cookie=0x11 cookie 0x22", [17, 0x22]),
    ("cookies are nice", []),
  ])
  func findsCookies(line: String, cookies: [UInt64]) {
    #expect(Detrace.cookies(in: line) == cookies)
  }
}
