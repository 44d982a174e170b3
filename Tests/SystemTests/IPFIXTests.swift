import TestKit
import Testing

extension System {
  /// Flows that `sample(...)` reports, at a real collector.
  @Suite struct IPFIXTests {
    /// UDP, TCP with two sets of flags, ICMP, SCTP, SCTP over IPv6 with a tag, ICMPv6, TCP over IPv6, ARP, GRE, LLDP with
    /// a tag, a multicast and a broadcast.
    static let frames = """
      02000000002202000000001108004520005c000000004011666f0a0000010a000002045708ae0048fa52000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f
      02000000002202000000001108004520002800000000400666ae0a0000010a000002045708ae0000000000000000501200008ecb0000
      02000000002202000000001108004500002800000000400666ce0a0000010a000002045708af0000000000000000503f00008e9d0000
      02000000002202000000001108004500005c000000004001669f0a0000010a000002080313f900000000000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f
      02000000002202000000001108004500002000000000408466580a0000010a000002000800030000000000000000
      0200000000220200000000118100600586dd67012345000c8480fe800000000000000000000000000001fe800000000000000000000000000002000500060000000000000000
      02000000002202000000001186dd6000000000483afffe800000000000000000000000000001fe80000000000000000000000000000280029e7200000000000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f
      02000000002202000000001186dd60000000005406fffe800000000000000000000000000001fe80000000000000000000000000000200030002000000000000000050000000ce970000000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f
      020000000022020000000011080600010800060400010000000000000102030400000000000005060708
      02000000002202000000001108004500001400000000402f66b90a0000010a000002
      0200000000220200000000118100000688cc
      01005e00000502000000001108004500005c000000000011d08b0a000001e0000005000300040048314d000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f
      ffffffffffff02000000001108004500005c000000000011d08b0a000001e0000005000300040048314d000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f
      """.split(separator: "\n")

    private static func sets(_ collector: Collector, _ settings: String = "") -> String {
      "-- --id=@br get bridge br0 -- --id=@i create ipfix targets=\"127.0.0.1:\(collector.port)\" \(settings)"
        + " -- create flow_sample_collector_set id=1 bridge=@br ipfix=@i"
    }

    /// Times, and what Open vSwitch calls dropped: every frame but the first that a flow of its datapath takes.
    private static let unequal: Set<UInt16> = [158, 159, 133, 135, 132, 134]

    private static func comparable(_ records: [IPFIXDecoder.Record]) -> [String] {
      records.map { record in
        let values = record.values.filter { !unequal.contains($0.element) }
        return "\(record.template) \(record.domain) "
          + values.map { "\($0.element)=\(hex($0.bytes))" }.joined(separator: " ")
      }
    }

    @Test(arguments: ["", ",sampling_port=2", ",egress", ",sampling_port=2,ingress"])
    func recordsAreThoseOfOpenVSwitch(options: String) throws {
      let rule =
        "actions=sample(probability=65535,collector_set_id=1,obs_domain_id=7,obs_point_id=9\(options)),output:2"
      let theirs = try Collector()
      let other = try OpenVSwitch()
      #expect(try other.vsctl(Self.sets(theirs)).status == 0)
      try Command.output(of: "ovs-ofctl -O OpenFlow13 add-flow \(other.bridge) \(rule)")
      for frame in Self.frames {
        try Command.output(
          of: "ovs-appctl -t \(other.directory)/vs.ctl netdev-dummy/receive p1 \(frame)")
      }
      try theirs.waitForRecords(Self.frames.count)

      try Lab.run { lab in
        let daemon = try lab.daemon()
        let ours = try Collector(in: daemon.namespace)
        for port in 1...2 {
          try daemon.apus(
            "add-port br0 p\(port) -- set interface p\(port) type=null ofport_request=\(port)")
        }
        try daemon.apus(Self.sets(ours))
        try daemon.apus("add-flow br0 \(rule)")
        for frame in Self.frames {
          try daemon.apus("packet-out br0 in_port=1,packet=\(frame),actions=table")
        }
        try ours.waitForRecords(Self.frames.count)
        #expect(Self.comparable(ours.records) == Self.comparable(theirs.records))
        // The real client reads the counters. Templates for tunnels are sent by one of the two only.
        let questions = [try daemon.ofctl("OpenFlow13", "dump-ipfix-flow BRIDGE").output].map(Self.counts)
        let answers = [try Command.output(of: "ovs-ofctl -O OpenFlow13 dump-ipfix-flow \(other.bridge)")]
          .map(Self.counts)
        #expect(questions == answers)
      }
    }

    private static func counts(_ text: String) -> [String] {
      text.split { ", \n".contains($0) }.map(String.init).filter {
        $0.contains("=") && !$0.hasPrefix("pkts=")
      }
      .filter { !$0.hasPrefix("(xid") }
    }

    /// A flow between hosts, counted for some time, with frames that go to a set that is not there.
    @Test func flowsAreCountedAndWhatIsLostIsTold() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let collector = try Collector(in: daemon.namespace)
        let hosts = try (1...2).map { try lab.host("h\($0)") }
        for (i, host) in hosts.enumerated() {
          try daemon.addTAP("h\(i + 1)", in: host, address: "10.0.0.\(i + 1)/24")
        }
        try daemon.apus(Self.sets(collector, "cache_active_timeout=2 cache_max_flows=100"))
        try daemon.apus(
          "add-flow br0 priority=9,icmp,in_port=h1,actions=sample(probability=65535,collector_set_id=1),"
            + "sample(probability=65535,collector_set_id=5),normal")
        #expect(try hosts[0].startPing("10.0.0.2", "-c 4 -i 0.2 -w 5").wait().status == 0)
        try collector.waitForRecords(1)
        let record = try #require(collector.records.first)
        #expect((record.number(2), record.number(1), record.number(8)) == (4, 4 * 84, 0x0a00_0001))
        #expect((record.number(176), record.number(136), record.number(133)) == (8, 2, 0))
        #expect(try daemon.apus("ipfix/show").contains("lost: unknown_collector_set br0/5: 4\n"))
        #expect(try daemon.client("lint br0").output.contains("missing-collector-set"))
        #expect(
          try daemon.apus("get flow_sample_collector_set br0/1 statistics:sampled_packets") == "4\n")
        // What is being counted goes out when the set goes.
        #expect(try hosts[0].startPing("10.0.0.2", "-c 1 -w 5").wait().status == 0)
        try daemon.apus("destroy flow_sample_collector_set br0/1")
        try collector.waitForRecords(2)
        #expect(collector.records.last?.number(136) == 4)
        #expect(
          try daemon.ofctl("OpenFlow13", "dump-ipfix-flow BRIDGE").errors.contains("NXST_NOT_CONFIGURED")
            || daemon.ofctl("OpenFlow13", "dump-ipfix-flow BRIDGE").output.contains("NXST_NOT_CONFIGURED"))
      }
    }
  }
}
