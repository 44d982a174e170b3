import Testing

extension System {
  /// `apus` as a client of the real Open vSwitch, beside `ovs-ofctl`: the same words, the same text.
  @Suite struct RealSwitchTests {
    /// What both are asked in each version; BRIDGE stands for the switch.
    private static let questions = [
      "show BRIDGE", "dump-desc BRIDGE", "dump-tables BRIDGE", "dump-flows BRIDGE", "-m dump-flows BRIDGE",
      "dump-flows BRIDGE table=1", "dump-flows BRIDGE ip", "dump-flows BRIDGE out_port=2",
      "--no-stats dump-flows BRIDGE", "--names dump-flows BRIDGE", "--sort dump-flows BRIDGE",
      "--rsort=in_port dump-flows BRIDGE", "--sort=nw_src --rsort dump-flows BRIDGE",
      "dump-aggregate BRIDGE", "dump-aggregate BRIDGE table=1", "dump-ports BRIDGE", "dump-ports BRIDGE 2",
      "dump-ports BRIDGE p2", "dump-ports-desc BRIDGE", "get-frags BRIDGE", "diff-flows BRIDGE BRIDGE",
      "probe BRIDGE", "ping BRIDGE 10",
    ]

    private static let flows = """
      table=0,priority=5,ip,nw_src=10.0.0.0/8,actions=output:2
      priority=6,tcp,tp_dst=80,cookie=0x5,idle_timeout=10000,actions=output:1
      table=1,in_port=1,actions=normal
      table=1,in_port=2,priority=3,reg0=0x5/0xf,actions=load:3->NXM_NX_REG1[],resubmit(,2)
      table=2,priority=7,arp,hard_timeout=10000,actions=output:2,output:3
      udp6,ipv6_src=2001:db8::/32 actions=drop

      """

    /// Without what differs from run to run.
    private static func settled(_ text: String) -> String {
      text.replacing(/xid=(0x)?[0-9a-f]+/, with: "xid=X").replacing(/duration=[0-9.]+s/, with: "duration=D")
        .replacing(/(idle|hard)_age=[0-9]+/, with: "age=N").replacing(/time=[0-9.]+ ms/, with: "time=T")
    }

    private static func compare(
      _ words: String, of ovs: OpenVSwitch, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let words = words.replacing("BRIDGE", with: ovs.bridge)
      let theirs = try Command.run("ovs-ofctl \(words)")
      let ours = try Command.run("\(Daemon.programs)/apus \(words)")
      #expect(
        settled(ours.output) == settled(theirs.output), "\(words): \(ours.errors)",
        sourceLocation: sourceLocation)
      #expect(ours.status == theirs.status, "\(words): \(ours.errors)", sourceLocation: sourceLocation)
    }

    @Test func asksAsTheRealOne() throws {
      let ovs = try OpenVSwitch()
      for version in 10...15 {
        let option = "-O OpenFlow\(version)"
        try Command.output(
          of: "\(Daemon.programs)/apus \(option) add-flows \(ovs.bridge) -", input: Self.flows)
        for question in Self.questions { try Self.compare("\(option) \(question)", of: ovs) }
        try Command.output(of: "\(Daemon.programs)/apus \(option) del-flows \(ovs.bridge)")
        try Self.compare("\(option) dump-flows BRIDGE", of: ovs)
      }
    }
  }
}
