import Testing

extension System {
  /// Hosts that send packets longer than their MTU.
  @Suite struct FragmentTests {
    /// The rule sees each packet once and whole; the other host, whose MTU is smaller, gets fragments that it can
    /// take.
    @Test func reassembledPacketsArrive() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try (1...2).map { try lab.host("h\($0)") }
        for (i, host) in hosts.enumerated() {
          try daemon.addTAP("h\(i + 1)", in: host, address: "10.0.0.\(i + 1)/24", mtu: i == 0 ? 1500 : 900)
        }
        try daemon.apus("add-flow br0 priority=9,icmp,icmp_type=8,nw_frag=no,actions=normal")
        try daemon.apus("add-flow br0 priority=8,icmp,in_port=h1,actions=drop")
        #expect(try hosts[0].startPing("10.0.0.2", "-c 2 -w 2 -s 4000").wait().status != 0)
        try daemon.apus("set-frags br0 reassemble")
        let ping = try hosts[0].startPing("10.0.0.2", "-c 3 -w 10 -s 4000")
        #expect(try ping.wait().status == 0, "\(ping.output)")
        let flows = try daemon.apus("dump-flows br0 icmp,icmp_type=8")
        #expect(flows.contains("n_packets=3, n_bytes=\(3 * (14 + 20 + 8 + 4000))"), "\(flows)")
        #expect(try daemon.interface("h1", "statistics").contains("rx_held_fragments=0"))
      }
    }
  }
}
