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
        let hosts = try (1...2).map { number in
          let host = try lab.host("h\(number)")
          try daemon.addTAP("tap\(number)", in: host, address: "10.0.0.\(number)/24")
          return host
        }
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
  }
}
