import Testing

extension System {
  /// `controller(pause)` and `controller(userdata=)` beside the real Open vSwitch: the same rules, the same frame and the
  /// real `ovs-ofctl monitor resume` at both. Rules show to the controller what they see, so that what it is told says
  /// what becomes of a frame that goes on.
  @Suite struct PauseTests {
    struct Row: Sendable, CustomTestStringConvertible {
      var testDescription: String
      /// Packet-ins that the frame causes, those after a resume included.
      var count: Int
      var rules: String
      var groups = ""
      /// Whether the rules need instructions, which OpenFlow 1.0 does not have.
      var hasInstructions = false
      /// Open vSwitch writes what follows a pause as actions, but has none for instructions since OpenFlow 1.1.
      var pausesInFrontOfInstructions = false
      var frame = PauseTests.untagged
    }

    private static let untagged =
      "00000000000200000000000108004500001c00000000401166cec0a80001c0a800020035003600080000"
    private static let tagged =
      "00000000000200000000000181002005810000060800"
      + "4500001c00000000401166cec0a80001c0a800020035003600080000"

    private static let rows = [
      Row(
        testDescription: "a list", count: 2,
        rules: "cookie=0x5,actions=controller(pause,userdata=01.02.03),controller(userdata=05)"),
      Row(
        testDescription: "whole frames, whatever max_len says", count: 2,
        rules: "cookie=0x5,actions=controller(pause,max_len=10),controller(userdata=01)"),
      Row(
        testDescription: "resubmits, the stack, a tag", count: 4,
        rules: """
          cookie=0x5,actions=resubmit(,1),controller(userdata=03)
          cookie=0x6,table=1,actions=load:0x7->NXM_NX_REG1[],push:NXM_NX_REG1[],mod_vlan_vid:5,controller(pause),\
          pop:NXM_NX_REG2[],controller(userdata=02),controller
          """),
      Row(
        testDescription: "in front of goto_table", count: 4,
        rules: """
          cookie=0x5,actions=controller(pause),controller,goto_table:1
          table=1,cookie=0x6,actions=controller,goto_table:2
          table=2,cookie=0x7,actions=controller
          """, hasInstructions: true, pausesInFrontOfInstructions: true),
      Row(
        testDescription: "the action set", count: 3,
        rules: """
          cookie=0x5,actions=write_actions(resubmit(,3)),goto_table:1
          table=1,cookie=0x6,actions=controller(pause),goto_table:2
          table=2,actions=controller
          table=3,cookie=0x9,actions=controller(userdata=03)
          """, hasInstructions: true, pausesInFrontOfInstructions: true),
      Row(
        testDescription: "a clone, behind which nothing is done", count: 2,
        rules: """
          cookie=0x5,actions=push:NXM_NX_REG5[],clone(load:3->NXM_NX_REG2[],resubmit(,1),pop:NXM_NX_REG3[],\
          controller(userdata=01)),controller
          cookie=0x6,table=1,actions=controller(pause),mod_nw_tos:8
          """),
      Row(
        testDescription: "a clone that cannot be undone", count: 2,
        rules: """
          cookie=0x5,actions=clone(push_mpls:0x8847,controller(pause),controller(userdata=01)),controller
          """),
      Row(
        testDescription: "a bucket, which cannot hold one", count: 1,
        rules: "cookie=0x5,actions=group:1,controller",
        groups:
          "group_id=1,type=all,bucket=controller(pause),set_field:1->reg3,bucket=controller(userdata=04)"),
      Row(
        testDescription: "buckets", count: 5,
        rules: """
          cookie=0x5,actions=group:1,controller(userdata=08)
          cookie=0x6,table=3,actions=controller(pause),controller(userdata=09)
          """, groups: "group_id=1,type=all,bucket=set_field:1->reg3,resubmit(,3),bucket=resubmit(,3)"),
      Row(
        testDescription: "a bucket, with an action set", count: 8,
        rules: """
          cookie=0x5,actions=write_actions(resubmit(,4)),goto_table:1
          table=1,cookie=0x8,actions=group:1,controller(userdata=07)
          cookie=0x6,table=3,actions=controller(pause),controller(userdata=09)
          cookie=0x44,table=4,actions=controller(userdata=44)
          """, groups: "group_id=1,type=all,bucket=set_field:1->reg3,resubmit(,3),bucket=resubmit(,3)",
        hasInstructions: true),
      Row(
        testDescription: "label stacks", count: 4,
        rules: """
          cookie=0x5,ip,actions=push_mpls:0x8847,load:77->OXM_OF_MPLS_LABEL[],controller(pause),\
          load:5->OXM_OF_MPLS_TC[],controller,pop_mpls:0x0800,controller(pause),mod_nw_src:9.9.9.9,controller
          """),
      Row(
        testDescription: "tags", count: 3,
        rules:
          "cookie=0x5,actions=strip_vlan,controller(pause),strip_vlan,controller,mod_vlan_vid:9,controller",
        frame: tagged),
      Row(
        testDescription: "learning before and behind", count: 2,
        rules: """
          cookie=0x5,actions=learn(table=7,cookie=0x77,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:5->NXM_NX_REG4[]),\
          controller(pause),resubmit(,7),learn(table=7,cookie=0x78,priority=50000,NXM_OF_ETH_SRC[],\
          load:5->NXM_NX_REG4[],output:NXM_OF_IN_PORT[]),controller
          """),
      Row(
        testDescription: "metadata, and a changed ingress port", count: 4,
        rules: """
          cookie=0x5,actions=load:0x3->NXM_NX_TUN_ID[],load:5->OXM_OF_METADATA[],load:7->NXM_NX_PKT_MARK[],\
          load:1->NXM_NX_REG15[],controller(pause),controller(userdata=01),load:3->NXM_OF_IN_PORT[],\
          controller(pause),controller
          """),
      Row(
        testDescription: "exit behind a pause", count: 2,
        rules: """
          cookie=0x5,actions=resubmit(,1),controller
          table=1,cookie=0x6,actions=controller(pause),controller(userdata=02),exit,controller
          """),
      Row(
        testDescription: "another table's port", count: 3,
        rules: """
          cookie=0x5,actions=resubmit(3,1),controller
          table=1,in_port=3,cookie=0x6,actions=controller(pause),controller(userdata=03)
          """),
      Row(
        testDescription: "the reason of a miss", count: 2,
        rules: "cookie=0x5,actions=controller(pause,reason=no_match),controller(userdata=01)"),
    ]

    /// A switch with `ovs-ofctl monitor resume` at it.
    private struct Monitored {
      let bridge: String
      let monitor: ChildProcess
      let version: String

      init(_ bridge: String, _ version: String, runDirectory: String) throws {
        self.bridge = bridge
        self.version = version
        monitor = try Command.start(
          "env OVS_RUNDIR=\(runDirectory) ovs-ofctl -O \(version) -P nxt_packet_in2 -m monitor \(bridge) 65534 resume"
        )
        try eventually("the monitor is told") {
          try send("controller(userdata=ee.ee)")
          return text.contains("userdata=ee.ee")
        }
      }

      var text: String { monitor.output + monitor.errors }

      func send(_ actions: String, frame: String = PauseTests.untagged) throws {
        try Command.output(
          of: "ovs-ofctl -O OpenFlow13 packet-out \(bridge) in_port=1,packet=\(frame),actions=\(actions)")
      }

      /// What the monitor is told of the row's frame, and what it answers.
      func outcome(of row: Row, mark: Int) throws -> String {
        let mark = "ff." + String(0x100 + mark, radix: 16).suffix(2)
        try Command.output(of: "ovs-ofctl del-flows \(bridge)")
        try Command.output(of: "ovs-ofctl -O OpenFlow13 del-groups \(bridge)")
        if !row.groups.isEmpty {
          try Command.output(of: "ovs-ofctl -O OpenFlow13 add-groups \(bridge) -", input: row.groups + "\n")
        }
        try Command.output(
          of: "ovs-ofctl -O \(row.hasInstructions ? "OpenFlow13" : "OpenFlow10") add-flows \(bridge) -",
          input: row.rules + "\n")
        // What came for the row before ends with its mark.
        try send("controller(userdata=\(mark).01)")
        try eventually("the row's beginning is told") { text.contains("userdata=\(mark).01\n") }
        try send("set_field:0x9->reg5,resubmit(,0)", frame: row.frame)
        try eventually("the row's packet-ins are told: \(row)") {
          part(behind: "\(mark).01").count >= row.count
        }
        try send("controller(userdata=\(mark).02)")
        try eventually("the row's end is told") { text.contains("userdata=\(mark).02\n") }
        return part(behind: "\(mark).01", before: "\(mark).02").text
      }

      /// What was told between two marks, without what is each switch's own, and how many packet-ins that was.
      private func part(behind start: String, before end: String? = nil) -> (text: String, count: Int) {
        let messages = text.components(separatedBy: "NXT_PACKET_IN2")
        var inside: [String] = []
        var isInside = false
        for message in messages.map(String.init) {
          if let end, message.contains("userdata=\(end)\n") { isInside = false }
          if isInside { inside.append(message) }
          if message.contains("userdata=\(start)\n") { isInside = true }
        }
        let lines = inside.flatMap { $0.split(separator: "\n") }.filter { !$0.hasPrefix(" continuation") }
        return (lines.joined(separator: "\n"), inside.count)
      }
    }

    @Test(arguments: ["OpenFlow10", "OpenFlow13"])
    func doesAsOpenVSwitch(version: String) throws {
      let ovs = try OpenVSwitch()
      try Lab.run { lab in
        let daemon = try lab.daemon()
        try daemon.apus("set-fail-mode br0 secure")
        for port in 1...3 {
          try daemon.apus("add-port br0 p\(port) -- set interface p\(port) type=null")
        }
        let theirs = try Monitored(ovs.bridge, version, runDirectory: ovs.directory)
        let ours = try Monitored(
          "unix:\(daemon.openFlowSocket("br0"))", version, runDirectory: daemon.runDirectory)
        _ = (lab.keep(theirs.monitor), lab.keep(ours.monitor))
        for (place, row) in Self.rows.enumerated()
        where version == "OpenFlow10" || !row.pausesInFrontOfInstructions {
          let expected = try theirs.outcome(of: row, mark: place)
          let outcome = try ours.outcome(of: row, mark: place)
          #expect(outcome == expected, "\(row)")
        }
      }
    }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
