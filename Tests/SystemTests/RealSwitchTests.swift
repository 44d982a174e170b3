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
      "dump-groups BRIDGE", "dump-group-stats BRIDGE", "dump-group-stats BRIDGE group_id=1",
      "dump-group-features BRIDGE", "queue-stats BRIDGE", "queue-get-config BRIDGE 1", "dump-tlv-map BRIDGE",
      "probe BRIDGE", "ping BRIDGE 10",
    ]

    /// Since OpenFlow 1.3, and since 1.4.
    private static let since13 = [
      "dump-table-features BRIDGE", "dump-meters BRIDGE", "dump-meter BRIDGE meter=1", "meter-stats BRIDGE",
      "meter-features BRIDGE",
    ]
    private static let since14 = ["dump-table-desc BRIDGE"]

    private static let groups = """
      group_id=1,type=select,bucket=weight:5,actions=output:1,bucket=actions=output:2
      add group_id=2,type=ff,bucket=watch_port:1,actions=output:1

      """

    private static let flows = """
      table=0,priority=5,ip,nw_src=10.0.0.0/8,actions=output:2
      priority=6,tcp,tp_dst=80,cookie=0x5,idle_timeout=10000,actions=output:1
      table=1,in_port=1,actions=normal
      table=1,in_port=2,priority=3,reg0=0x5/0xf,actions=resubmit(,2)
      table=2,priority=7,arp,hard_timeout=10000,actions=output:2,output:3
      udp6,ipv6_src=2001:db8::/32 actions=drop

      """

    /// Without what differs from run to run.
    private static func settled(_ text: String) -> String {
      text.replacing(/xid=(0x)?[0-9a-f]+/, with: "xid=X").replacing(
        /duration[=:][0-9.]+s/, with: "duration=D"
      )
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
        // OpenFlow 1.1 has neither registers nor IPv6 addresses.
        let flows = Self.flows.split(separator: "\n").filter { line in
          version != 11 || !line.contains("reg0") && !line.contains("ipv6_src")
        }
        try Command.output(
          of: "\(Daemon.programs)/apus \(option) add-flows \(ovs.bridge) -",
          input: flows.joined(separator: "\n") + "\n")
        try Command.output(
          of: "\(Daemon.programs)/apus \(option) add-groups \(ovs.bridge) -", input: Self.groups)
        try Command.output(
          of:
            "\(Daemon.programs)/apus \(option) add-tlv-map \(ovs.bridge) {class=0xffff,type=0,len=4}->tun_metadata0"
        )
        var questions = Self.questions
        if version >= 13 {
          try Command.output(
            of:
              "\(Daemon.programs)/apus \(option) add-meter \(ovs.bridge) meter=1,kbps,bands=type=drop,rate=1000"
          )
          questions += Self.since13
        }
        if version >= 14 { questions += Self.since14 }
        for question in questions { try Self.compare("\(option) \(question)", of: ovs) }
        if version >= 13 {
          try Command.output(of: "\(Daemon.programs)/apus \(option) del-meters \(ovs.bridge)")
        }
        for command in ["del-flows", "del-groups", "del-tlv-map"] {
          try Command.output(of: "\(Daemon.programs)/apus \(option) \(command) \(ovs.bridge)")
        }
        try Self.compare("\(option) dump-flows BRIDGE", of: ovs)
      }
    }

    /// What a bundle changes is there at once, or nothing is.
    @Test func changesAllOrNothing() throws {
      let ovs = try OpenVSwitch()
      let apus = "\(Daemon.programs)/apus"
      let changes = """
        group add group_id=9,type=all,bucket=output:1
        flow table=3,udp,actions=group:9
        flow delete table=0
        packet-out in_port=1 packet=00010203040500010203040506000800 actions=output:2

        """
      try Command.output(of: "\(apus) bundle \(ovs.bridge) -", input: changes)
      let flows = try Command.output(of: "ovs-ofctl -O OpenFlow13 --no-stats dump-flows \(ovs.bridge)")
      #expect(flows == " table=3, udp actions=group:9\n")
      let refused = try Command.run(
        "\(apus) --bundle add-flows \(ovs.bridge) -", input: "ip,actions=drop\nactions=group:77\n")
      #expect(refused.status == 1 && refused.errors.contains("-:2: "), "\(refused.errors)")
      #expect(
        refused.errors.contains("OFPBAC_BAD_OUT_GROUP") && refused.errors.contains("nothing was changed"))
      #expect(try Command.output(of: "ovs-ofctl -O OpenFlow13 --no-stats dump-flows \(ovs.bridge)") == flows)
    }

    @Test func replacesFlows() throws {
      let ovs = try OpenVSwitch()
      let apus = "\(Daemon.programs)/apus"
      try Command.output(of: "\(apus) replace-flows \(ovs.bridge) -", input: Self.flows)
      let path = ovs.directory + "/flows.txt"
      try Command.output(of: "tee \(path)", input: Self.flows)
      try Self.compare("-O OpenFlow14 diff-flows \(path) BRIDGE", of: ovs)
      #expect(try Command.run("\(apus) diff-flows \(path) \(ovs.bridge)").status == 0)
      try Command.output(of: "\(apus) del-flows \(ovs.bridge) table=1")
      try Self.compare("-O OpenFlow14 diff-flows \(path) BRIDGE", of: ovs)
    }

    /// The real `ovs-vsctl` says to its database what `apus` says to the daemon, in the same words, and both print it alike, but
    /// for the quotes of numbers. It cannot say it to the daemon, which has no such database.
    @Test func hasTheWordsOfTheRealClientForBalancing() throws {
      let ovs = try OpenVSwitch()
      try Lab.run { lab in
        let daemon = try lab.daemon(options: "--workers 2")
        for words in [
          "set Open_vSwitch . other_config:pmd-auto-lb=true -- get Open_vSwitch . other_config",
          "set Open_vSwitch . other_config:pmd-auto-lb-load-threshold=70 other_config:pmd-auto-lb-rebal-interval=2 "
            + "-- get Open_vSwitch . other_config:pmd-auto-lb-load-threshold other_config:pmd-auto-lb",
          "set Open_vSwitch . other_config:pmd-auto-lb-improvement-threshold=10 -- get Open_vSwitch . other_config",
          "remove Open_vSwitch . other_config pmd-auto-lb -- get Open_vSwitch . other_config",
          "clear Open_vSwitch . other_config -- get Open_vSwitch . other_config",
        ] {
          let theirs = try ovs.vsctl("--no-wait \(words)")
          #expect(theirs.status == 0, "\(words): \(theirs.errors)")
          #expect(try daemon.apus(words) == theirs.output.replacing(#/"(\d+)"/#) { $0.1 }, "\(words)")
        }
        let error = try daemon.client("set Open_vSwitch . other_config:pmd-auto-lb-load-threshold=101")
        #expect(error.status != 0)
      }
    }
  }
}
