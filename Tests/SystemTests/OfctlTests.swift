import Testing

extension System {
  /// The real `ovs-ofctl` on a bridge's OpenFlow socket, in all versions.
  @Suite struct OfctlTests {
    static let versions = (0...5).map { "OpenFlow1\($0)" }

    /// Two hosts on ports 1 and 2 of `br0`.
    private func twoHosts(
      _ body: (Lab, Daemon, _ first: Namespace, _ second: Namespace) throws -> Void
    ) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try daemon.addHosts(1...2, in: lab)
        try body(lab, daemon, hosts[0], hosts[1])
      }
    }

    /// What each command must succeed with, and a text that its answer has.
    private static let questions = [
      ("show BRIDGE", "tap1"), ("dump-desc BRIDGE", "Apus"), ("dump-tables BRIDGE", "active="),
      ("dump-ports BRIDGE", "rx pkts="), ("dump-ports BRIDGE 1", "rx pkts="),
      ("dump-ports-desc BRIDGE", "tap2"), ("dump-flows BRIDGE", "actions=NORMAL"),
      ("dump-aggregate BRIDGE", "flow_count=1"),
    ]

    @Test(arguments: versions)
    func answersQuestions(version: String) throws {
      try twoHosts { _, daemon, _, _ in
        for (command, text) in Self.questions {
          let result = try daemon.ofctl(version, command)
          #expect(result.status == 0, "\(command): \(result.errors)")
          #expect(result.output.contains(text), "\(command): \(result.output)")
        }
      }
    }

    @Test(arguments: versions)
    func changesRules(version: String) throws {
      try twoHosts { lab, daemon, first, _ in
        func flows() throws -> String { try daemon.ofctl(version, "--no-stats dump-flows BRIDGE").output }
        func apply(_ words: String, input: String = "") throws {
          let result = try daemon.ofctl(version, words, input: input)
          #expect(result.status == 0, "\(words): \(result.errors)")
        }
        #expect(try first.reaches("10.0.0.2"))
        try apply("add-flow BRIDGE priority=100,icmp,actions=drop")
        #expect(try flows().contains("priority=100,icmp actions=drop"))
        #expect(try first.startPing("10.0.0.2", "-c 1 -w 1").wait().status != 0)

        try apply("mod-flows BRIDGE icmp,actions=normal")
        #expect(try flows().contains("priority=100,icmp actions=NORMAL"))
        #expect(try first.reaches("10.0.0.2"))

        try apply("add-flow BRIDGE priority=200,icmp,actions=drop")
        try apply("--strict del-flows BRIDGE priority=100,icmp")
        #expect(try flows().contains("priority=200,icmp actions=drop"))
        #expect(try !flows().contains("priority=100"))
        try apply("del-flows BRIDGE icmp")
        #expect(try !flows().contains("icmp"))

        try apply(
          "add-flows BRIDGE -", input: "priority=5,tcp,tp_dst=80,actions=drop\npriority=6,arp,actions=flood\n"
        )
        #expect(try flows().contains("tp_dst=80"))
        #expect(try flows().contains("priority=6,arp actions=FLOOD"))
        try apply("del-flows BRIDGE")
        #expect(try !flows().contains("actions="))
      }
    }

    @Test(arguments: versions)
    func changesPorts(version: String) throws {
      try twoHosts { _, daemon, first, _ throws in
        #expect(try first.reaches("10.0.0.2"))
        #expect(try daemon.ofctl(version, "mod-port BRIDGE 2 no-forward").status == 0)
        #expect(try daemon.ofctl(version, "show BRIDGE").output.contains("NO_FWD"))
        #expect(try first.startPing("10.0.0.2", "-c 1 -w 1").wait().status != 0)
        #expect(try daemon.ofctl(version, "mod-port BRIDGE 2 forward").status == 0)
        #expect(try first.reaches("10.0.0.2"))
      }
    }

    @Test(arguments: versions)
    func sendsFrames(version: String) throws {
      try twoHosts { lab, daemon, _, second in
        let listener = lab.keep(try second.start("tcpdump -i tap2 -n -e --immediate-mode -l -p arp"))
        try listener.waitForOutput("listening on")
        // An ARP request of 10.0.0.77 for 10.0.0.66: RFC 826.
        let frame = "ffffffffffff020000000077080600010800060400010200000000770a00004d0000000000000a000042"
        let result = try daemon.ofctl(version, "packet-out BRIDGE in_port=1,packet=\(frame),actions=output:2")
        #expect(result.status == 0, "\(result.errors)")
        try listener.waitForOutput("who-has 10.0.0.66")
      }
    }

    @Test(arguments: versions)
    func showsFramesForTheController(version: String) throws {
      try twoHosts { lab, daemon, first, _ in
        // The client makes a control socket of its own in its run directory.
        let monitor = lab.keep(
          try Command.start(
            "env OVS_RUNDIR=\(daemon.runDirectory) ovs-ofctl -O \(version) monitor "
              + "unix:\(daemon.openFlowSocket("br0")) 65534"))
        let rule = "priority=100,icmp,actions=controller,normal"
        #expect(try daemon.ofctl(version, "add-flow BRIDGE \(rule)").status == 0)
        try eventually("the monitor sees the ping") {
          guard try first.reaches("10.0.0.2") else { return false }
          return (monitor.output + monitor.errors).contains("nw_dst=10.0.0.2")
        }
        let text = monitor.output + monitor.errors
        #expect(text.contains("PACKET_IN") && text.contains("(via action)"), "\(text)")
      }
    }

    @Test(arguments: versions)
    func explainsWhatItRefuses(version: String) throws {
      try twoHosts { _, daemon, _, _ in
        #expect(try daemon.ofctl(version, "add-flow BRIDGE priority=5,ip,actions=drop").status == 0)
        let result = try daemon.ofctl(version, "add-flow BRIDGE check_overlap,priority=5,tcp,actions=drop")
        #expect(result.status == 1)
        #expect(result.errors.contains("OFPFMFC_OVERLAP"), "\(result.errors)")
        #expect(try daemon.ofctl(version, "dump-flows BRIDGE").status == 0)
      }
    }

    // MARK: Groups, meters, bundles, monitors

    @Test(arguments: versions)
    func changesGroups(version: String) throws {
      try twoHosts { _, daemon, _, _ in
        func apply(_ words: String, input: String = "") throws {
          let result = try daemon.ofctl(version, words, input: input)
          #expect(result.status == 0, "\(words): \(result.errors)")
        }
        try apply("add-group BRIDGE group_id=1,type=all,bucket=output:1,bucket=output:2")
        try apply("add-groups BRIDGE -", input: "group_id=2,type=select,bucket=weight:7,output:1\n")
        try apply("mod-group BRIDGE group_id=1,type=indirect,bucket=output:2")
        let groups = try daemon.ofctl(version, "dump-groups BRIDGE").output
        #expect(groups.contains("group_id=1,type=indirect,bucket="), "\(groups)")
        #expect(groups.contains("weight:7"), "\(groups)")
        let statistics = try daemon.ofctl(version, "dump-group-stats BRIDGE group_id=2").output
        #expect(statistics.contains("group_id=2") && statistics.contains("bucket0"), "\(statistics)")
        #expect(try daemon.ofctl(version, "dump-group-features BRIDGE").output.contains("max_groups="))
        if version == "OpenFlow15" || version == "OpenFlow10" {
          try apply(
            "insert-buckets BRIDGE group_id=2,command_bucket_id=last,bucket=bucket_id=5,weight:9,output:2")
          try apply("remove-buckets BRIDGE group_id=2,command_bucket_id=first")
          let changed = try daemon.ofctl(version, "dump-groups BRIDGE 2").output
          #expect(changed.contains("weight:9") && !changed.contains("weight:7"), "\(changed)")
        }
        let refused = try daemon.ofctl(version, "add-group BRIDGE group_id=1,type=all")
        #expect(refused.errors.contains("OFPGMFC_GROUP_EXISTS"), "\(refused.errors)")
        try apply("del-groups BRIDGE group_id=1")
        try apply("del-groups BRIDGE")
        #expect(try !daemon.ofctl(version, "dump-groups BRIDGE").output.contains("group_id="))
      }
    }

    @Test(arguments: versions.suffix(3))
    func changesMeters(version: String) throws {
      try twoHosts { _, daemon, _, _ in
        func apply(_ words: String) throws {
          let result = try daemon.ofctl(version, words)
          #expect(result.status == 0, "\(words): \(result.errors)")
        }
        try apply("add-meter BRIDGE meter=3,kbps,burst,bands=type=drop,rate=100,burst_size=50")
        try apply("mod-meter BRIDGE meter=3,pktps,bands=type=drop,rate=7")
        let meters = try daemon.ofctl(version, "dump-meters BRIDGE").output
        #expect(meters.contains("meter=3 pktps bands=\ntype=drop rate=7"), "\(meters)")
        #expect(try daemon.ofctl(version, "meter-stats BRIDGE").output.contains("meter:3"))
        #expect(try daemon.ofctl(version, "meter-features BRIDGE").output.contains("max_bands:8"))
        let refused = try daemon.ofctl(version, "mod-meter BRIDGE meter=4,kbps,bands=type=drop,rate=7")
        #expect(refused.errors.contains("OFPMMFC_UNKNOWN_METER"), "\(refused.errors)")
        try apply("del-meters BRIDGE")
        #expect(try !daemon.ofctl(version, "dump-meters BRIDGE").output.contains("meter="))
      }
    }

    @Test(arguments: versions.suffix(3))
    func commitsBundles(version: String) throws {
      try twoHosts { _, daemon, _, _ in
        func flows() throws -> String { try daemon.ofctl(version, "--no-stats dump-flows BRIDGE").output }
        let good = "priority=5,tcp,actions=drop\npriority=6,arp,actions=FLOOD\n"
        let added = try daemon.ofctl(version, "--bundle add-flows BRIDGE -", input: good)
        #expect(added.status == 0, "\(added.errors)")
        #expect(try flows().contains("priority=6,arp actions=FLOOD"))
        let mixed = "flow add priority=7,udp,actions=drop\ngroup add group_id=4,type=all,bucket=output:1\n"
        let bundle = try daemon.ofctl(version, "bundle BRIDGE -", input: mixed)
        #expect(bundle.status == 0, "\(bundle.errors)")
        #expect(try flows().contains("priority=7,udp actions=drop"))
        let bad = "flow add priority=8,actions=drop\ngroup add group_id=4,type=all\n"
        let refused = try daemon.ofctl(version, "bundle BRIDGE -", input: bad)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("OFPGMFC_GROUP_EXISTS"), "\(refused.errors)")
        #expect(try !flows().contains("priority=8"))
        let replaced = try daemon.ofctl(version, "--bundle replace-flows BRIDGE -", input: good)
        #expect(replaced.status == 0, "\(replaced.errors)")
        #expect(try !flows().contains("udp"))
        let difference = try daemon.ofctl(version, "diff-flows BRIDGE /dev/stdin", input: good)
        #expect(difference.status == 0, "\(difference.output)\(difference.errors)")
      }
    }

    /// What each command must succeed with in each version that has it.
    private static let more: [(command: String, versions: ClosedRange<Int>, text: String)] = [
      ("queue-stats BRIDGE", 0...5, "queues"), ("queue-get-config BRIDGE 1", 0...5, ""),
      ("dump-table-features BRIDGE", 3...5, "table 0"), ("dump-table-desc BRIDGE", 4...5, "eviction=off"),
      ("dump-tlv-map BRIDGE", 0...5, "max option space=256"), ("get-frags BRIDGE", 0...5, "normal"),
      ("ct-flush BRIDGE", 0...5, ""), ("mod-table BRIDGE 3 drop", 1...2, ""), ("probe BRIDGE", 0...5, ""),
    ]

    @Test(arguments: versions)
    func answersTheRest(version: String) throws {
      try twoHosts { _, daemon, _, _ in
        for row in Self.more where row.versions.contains(where: { version == "OpenFlow1\($0)" }) {
          let result = try daemon.ofctl(version, row.command)
          #expect(result.status == 0, "\(row.command): \(result.errors)")
          #expect(result.output.contains(row.text), "\(row.command): \(result.output)")
        }
        let queue = try daemon.ofctl(version, "queue-stats BRIDGE 1 3")
        #expect((queue.output + queue.errors).contains("OFPQOFC_BAD_QUEUE"), "\(queue.output)")
        for mode in ["drop", "nx-match", "reassemble", "normal"] {
          #expect(try daemon.ofctl(version, "set-frags BRIDGE \(mode)").status == 0, "\(mode)")
          #expect(try daemon.ofctl(version, "get-frags BRIDGE").output == mode + "\n")
          #expect(try daemon.apus("get-frags br0") == mode + "\n")
        }
        // The program has no such messages in 1.1.
        guard version != "OpenFlow11" else { return }
        let added = try daemon.ofctl(version, "add-tlv-map BRIDGE {class=0xff,type=1,len=4}->tun_metadata0")
        #expect(added.status == 0, "\(added.errors)")
        #expect(try daemon.ofctl(version, "dump-tlv-map BRIDGE").output.contains("tun_metadata0"))
        #expect(try daemon.ofctl(version, "del-tlv-map BRIDGE").status == 0)
      }
    }

    @Test(arguments: versions)
    func watchesRules(version: String) throws {
      try twoHosts { lab, daemon, _, _ in
        let monitor = lab.keep(
          try Command.start(
            "env OVS_RUNDIR=\(daemon.runDirectory) ovs-ofctl -O \(version) monitor "
              + "unix:\(daemon.openFlowSocket("br0")) watch:"))
        try eventually("the monitor sees the rule that is there") {
          (monitor.output + monitor.errors).contains("actions=NORMAL")
        }
        #expect(try daemon.ofctl(version, "add-flow BRIDGE priority=77,icmp,actions=drop").status == 0)
        #expect(try daemon.ofctl(version, "del-flows BRIDGE icmp").status == 0)
        try eventually("the monitor sees the rule come and go") {
          let text = monitor.output + monitor.errors
          return text.contains("event=ADDED") && text.contains("event=DELETED reason=delete")
        }
      }
    }
  }
}
