import Testing

extension System {
  /// Mirrors between hosts, seen by a host that listens.
  @Suite struct MirrorTests {
    /// Both directions of a ping come to the listener's device, once each, and nothing that the listener sends comes to the
    /// others; then only what one port sends, cut; then nothing.
    @Test func aListenerSeesTheOthersTraffic() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try (1...3).map { try lab.host("h\($0)") }
        for (i, host) in hosts.enumerated() {
          try daemon.addTAP("h\(i + 1)", in: host, address: "10.0.0.\(i + 1)/24")
        }
        // Addresses are known, and nothing but pings is on its way.
        for (i, host) in hosts.enumerated() {
          for other in 1...3 where other != i + 1 { _ = try host.reaches("10.0.0.\(other)") }
        }
        try daemon.apus(
          "-- --id=@p get port h3 -- --id=@m create mirror name=m0 select-all=true select-vlan=0 output-port=@p -- set bridge br0 mirrors=@m"
        )
        #expect(try !hosts[2].reaches("10.0.0.1"))
        let capture = lab.keep(
          try hosts[2].start(
            "tcpdump -i h3 -n -e -l --immediate-mode icmp and host 10.0.0.1 and host 10.0.0.2"))
        try eventually("tcpdump listens") { capture.errors.contains("listening on") }
        let before = try daemon.statistic("tx_packets", ofMirror: "m0")
        let ping = try hosts[0].startPing("10.0.0.2", "-c 5 -i 0.2 -w 10 -s 1000")
        #expect(try ping.wait().status == 0, "\(ping.output)")
        try eventually("the listener has seen all: \(capture.output)") {
          capture.output.split(separator: "\n").count >= 10
        }
        let lines = capture.output.split(separator: "\n")
        #expect(lines.filter { $0.contains("10.0.0.1 > 10.0.0.2: ICMP echo request") }.count == 5)
        #expect(lines.filter { $0.contains("10.0.0.2 > 10.0.0.1: ICMP echo reply") }.count == 5)
        #expect(lines.allSatisfy { $0.contains("length 1042:") }, "\(capture.output)")
        #expect(try daemon.statistic("tx_packets", ofMirror: "m0") - before >= 10)

        try daemon.apus("set mirror m0 select_all=false select_src_port=h2 snaplen=60")
        let count = capture.output.split(separator: "\n").count
        #expect(try hosts[0].startPing("10.0.0.2", "-c 2 -i 0.2 -w 10 -s 1000").wait().status == 0)
        try eventually("the listener has seen the answers: \(capture.output)") {
          capture.output.split(separator: "\n").count >= count + 2
        }
        let cut = capture.output.split(separator: "\n").dropFirst(count)
        #expect(cut.count == 2 && cut.allSatisfy { $0.contains("length 60:") }, "\(capture.output)")

        try daemon.apus("clear bridge br0 mirrors")
        #expect(try hosts[2].reaches("10.0.0.1"))
        #expect(try !daemon.apus("show").contains("Mirror"))
      }
    }

    /// The words of the real `ovs-vsctl` manual: a port that goes disables the mirror, visibly.
    @Test func aPortThatGoesDisablesTheMirror() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        try daemon.apus("add-port br0 n1 -- set interface n1 type=null")
        try daemon.apus("add-mirror br0 m0 select_all=true output_port=n1")
        #expect(try daemon.apus("get mirror m0 status:state") == "active\n")
        let result = try daemon.client("del-port n1")
        #expect(result.status == 0)
        #expect(result.errors.contains("mirror 'm0' of bridge br0: disabled"), "\(result.errors)")
        #expect(
          try daemon.apus("show").contains("state: disabled: it has neither output_port nor output_vlan"))
      }
    }
  }
}

extension Daemon {
  fileprivate func statistic(_ name: String, ofMirror mirror: String) throws -> Int {
    let text = try apus("get mirror \(mirror) statistics:\(name)")
    return Int(text.filter(\.isNumber)) ?? -1
  }
}
