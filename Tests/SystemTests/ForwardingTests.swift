import Testing

extension System {
  /// Two hosts talk through a bridge.
  @Suite struct ForwardingTests {
    /// Two hosts on TAP ports of `br0`, each with an IPv4 and an IPv6 address.
    private func twoHosts(
      mtu: Int? = nil, _ body: (Daemon, _ first: Namespace, _ second: Namespace) throws -> Void
    ) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try (1...2).map { number in
          let host = try lab.host("h\(number)", ipv6: true)
          try daemon.addTAP("tap\(number)", in: host, address: "10.0.0.\(number)/24", mtu: mtu)
          try host.configure("tap\(number)", address: "fd00::\(number)/64")
          return host
        }
        try body(daemon, hosts[0], hosts[1])
      }
    }

    @Test func answersPings() throws {
      try twoHosts { _, first, _ in
        let ping = try first.startPing("10.0.0.2", "-c 20 -i 0.01 -w 10").wait()
        #expect(ping.status == 0)
        #expect(ping.output.contains(" 0% packet loss"), "\(ping.output)")
      }
    }

    @Test func answersPingsOverIPv6() throws {
      try twoHosts { _, first, _ in
        let ping = try first.startPing("fd00::2", "-c 20 -i 0.01 -w 10").wait()
        #expect(ping.output.contains(" 0% packet loss"), "\(ping.output)")
      }
    }

    /// 9,000 bytes of IP packet in one frame, and not one byte more.
    @Test func carriesJumboFrames() throws {
      try twoHosts(mtu: 9000) { _, first, _ in
        let largest = try first.startPing("10.0.0.2", "-c 3 -i 0.01 -w 5 -M do -s 8972").wait()
        #expect(largest.output.contains(" 0% packet loss"), "\(largest.output)")
        let tooLarge = try first.startPing("10.0.0.2", "-c 1 -w 1 -M do -s 8973").wait()
        #expect(tooLarge.status != 0)
      }
    }

    @Test(arguments: ["10.0.0.2", "fd00::2"])
    func carriesTCP(address: String) throws {
      try twoHosts { _, first, second in
        let server = try second.startIperfServer()
        try first.iperf(address, "--time 1")
        try first.iperf(address, "--time 1 --reverse")
        try server.stop()
      }
    }

    /// 20 Mbit/s are little enough to get through a busy machine.
    @Test(arguments: ["10.0.0.2", "fd00::2"])
    func carriesUDP(address: String) throws {
      try twoHosts { _, first, second in
        let server = try second.startIperfServer()
        let text = try first.iperf(address, "--udp --bitrate 20M --time 1 --length 1200")
        let match = try #require(
          text.firstMatch(of: #/(\d+)/(\d+) \([0-9.e+-]+%\) +receiver/#), "no receiver's line in \(text)")
        let lost = try #require(Int(match.1))
        let sent = try #require(Int(match.2))
        #expect(sent > 1000)
        #expect(lost * 2 < sent, "\(text)")
        try server.stop()
      }
    }

    @Test func obeysARuleFromTheNextFrameOn() throws {
      try twoHosts { daemon, first, _ in
        #expect(try first.reaches("10.0.0.2"))
        try daemon.apus("add-flow br0 priority=100,icmp,in_port=tap1,actions=drop")
        let ping = try first.startPing("10.0.0.2", "-c 3 -i 0.01 -w 1").wait()
        #expect(ping.status != 0)
        #expect(ping.output.contains(" 0 received"), "\(ping.output)")
        let dump = try daemon.apus("dump-flows br0 icmp")
        let count = try #require(dump.firstMatch(of: #/n_packets=(\d+)/#), "\(dump)")
        #expect((Int(count.1) ?? 0) >= 3)
        let drops = try daemon.apus("drops")
        #expect(drops.contains("rule_drops"), "\(drops)")

        try daemon.apus("--strict del-flows br0 priority=100,icmp,in_port=tap1")
        #expect(try first.reaches("10.0.0.2"))
      }
    }

    /// The host itself takes part through the bridge's local port.
    @Test func hasTheHostOnTheBridge() throws {
      try twoHosts { daemon, first, _ in
        try daemon.namespace.configure("br0", address: "10.0.0.9/24")
        #expect(try first.reaches("10.0.0.9"))
        #expect(try daemon.namespace.reaches("10.0.0.2"))
      }
    }
  }
}
