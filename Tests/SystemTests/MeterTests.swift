import Testing

extension System {
  /// Meters on real traffic. What comes through within some seconds is compared with what was configured, with room
  /// for a machine that is busy; how near it came is printed.
  @Suite struct MeterTests {
    struct Row: CustomTestStringConvertible {
      var meter: String
      /// What the far end counts in a second, and at once at the start: bits, or packets.
      var rate: Double
      var burst: Double
      var counter = "rx_bytes"
      /// How much more or less may come, in percent.
      var deviations = -10.0...10.0
      /// For the client.
      var traffic: String
      var testDescription: String { "\(meter) \(traffic)" }
    }

    static let rows = [
      Row(
        meter: "kbps,burst,bands=type=drop,rate=8000,burst_size=500", rate: 8e6, burst: 5e5,
        traffic: "--udp --bandwidth 24M --length 1000"),
      Row(
        meter: "kbps,burst,bands=type=drop,rate=15000,burst_size=2000,type=drop,rate=6000,burst_size=900",
        rate: 6e6, burst: 9e5, traffic: "--udp --bandwidth 24M --length 300"),
      Row(
        meter: "pktps,burst,bands=type=drop,rate=1000,burst_size=100", rate: 1000, burst: 100,
        counter: "rx_packets", traffic: "--udp --bandwidth 24M --length 1000"),
      // TCP sends no more than it thinks it may, so less than the rate. Frames of many segments, which count with the headers that each has on a wire: 1,448 bytes of 1,514 are
      // payload.
      Row(
        meter: "kbps,burst,bands=type=drop,rate=50000,burst_size=5000", rate: 5e7 * 1448 / 1514,
        burst: 5e6 * 1448 / 1514, deviations: -90...10,
        traffic: ""),
    ]

    @Test(arguments: rows)
    func keepToTheRate(_ row: Row) throws {
      let seconds = 4.0
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try (1...2).map { try lab.host("h\($0)") }
        for (i, host) in hosts.enumerated() {
          try daemon.addTAP("h\(i + 1)", in: host, address: "10.0.0.\(i + 1)/24")
        }
        let transport = row.traffic.contains("udp") ? "udp" : "tcp"
        try daemon.apus("add-meter br0 meter=1,\(row.meter)")
        try daemon.apus("add-flow br0 priority=9,\(transport),nw_dst=10.0.0.2,actions=meter:1,normal")
        let server = lab.keep(try hosts[1].startIperfServer())
        let before = try hosts[1].counter(row.counter, of: "h2")
        try hosts[0].iperf("10.0.0.2", "--time \(Int(seconds)) \(row.traffic)")
        let count = try Double(hosts[1].counter(row.counter, of: "h2") - before)
        let measured = count * (row.counter == "rx_bytes" ? 8 : 1)
        let wanted = row.burst + row.rate * seconds
        let deviation = (measured / wanted - 1) * 100
        print("\(row): \(measured) of \(wanted), \(deviation) %")
        #expect(row.deviations.contains(deviation), "\(server.errors)")
        #expect(try daemon.apus("meter-stats br0").contains("flow_count:1 "))
      }
    }
  }
}
