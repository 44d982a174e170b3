import Glibc
import Testing

extension System {
  /// Who hears what: VLANs, broadcasts, known unicast, protected ports.
  @Suite struct IsolationTests {
    /// Three bridges in a tree, one trunk a patch and the other a pair of veth devices. On each bridge a host
    /// in VLANs 10, 20 and 30; the trunks carry 10 and 20.
    @Test func keepsVLANsApartOverATreeOfBridges() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon(bridge: nil)
        for bridge in ["br0", "br1", "br2"] { try daemon.apus("add-br \(bridge)") }
        try daemon.apus(
          """
          add-port br0 p01 trunks=10,20 -- set interface p01 type=patch options:peer=p10 \
          -- add-port br1 p10 trunks=10,20 -- set interface p10 type=patch options:peer=p01
          """)
        try daemon.namespace.ip("link add v02 up type veth peer name v20")
        try daemon.namespace.ip("link set v20 up")
        try daemon.apus("add-port br0 v02 trunks=10,20 -- add-port br2 v20 trunks=10,20")

        struct Host {
          var namespace: Namespace
          var bridge: Int
          var vlan: Int
          var address: String
        }
        var hosts: [Host] = []
        for bridge in 0...2 {
          for vlan in [10, 20, 30] {
            let number = bridge * 100 + vlan
            let host = Host(
              namespace: try lab.host("h\(number)"), bridge: bridge, vlan: vlan, address: "10.0.0.\(number)")
            try daemon.addTAP(
              "t\(number)", to: "br\(bridge)", in: host.namespace, address: host.address + "/24",
              settings: "tag=\(vlan)")
            hosts.append(host)
          }
        }
        // All at once, as a ping that nobody answers takes a second.
        let pings = try hosts.flatMap { from in
          try hosts.filter { $0.address != from.address }.map { to in
            (from, to, try from.namespace.startPing(to.address, "-c 1 -w 3"))
          }
        }
        for (from, to, ping) in pings {
          let isReached = try ping.wait().status == 0
          let shallBe = from.vlan == to.vlan && (from.vlan != 30 || from.bridge == to.bridge)
          #expect(
            isReached == shallBe,
            "VLAN \(from.vlan) on br\(from.bridge) to VLAN \(to.vlan) on br\(to.bridge)")
        }
      }
    }

    @Test func keepsBroadcastsInTheirVLANAndOffTheirIngress() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        var hosts: [String: Namespace] = [:]
        for (name, tag) in [("a", 10), ("b", 10), ("c", 20)] {
          let host = try lab.host(name)
          hosts[name] = host
          try daemon.addTAP("t\(name)", in: host, settings: "tag=\(tag)")
        }
        let a = try #require(hosts["a"])
        let b = try #require(hosts["b"])
        let c = try #require(hosts["c"])
        try a.configure("ta", address: "10.0.0.1/24")
        // Nobody has the address: nothing but broadcast ARP requests leave.
        #expect(try a.startPing("10.0.0.99", "-c 1 -w 1").wait().status != 0)
        try eventually("b has heard the broadcast") { try b.counter("rx_packets", of: "tb") >= 1 }
        #expect(try c.counter("rx_packets", of: "tc") == 0)
        #expect(try a.counter("rx_packets", of: "ta") == 0)
      }
    }

    /// A third listener hears the broadcast ARP request and nothing of the conversation.
    @Test func keepsKnownUnicastFromThirdListeners() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try daemon.addHosts(1...3, in: lab)
        let listener = lab.keep(
          try hosts[2].start("tcpdump -i tap3 -n --immediate-mode -l -p arp or icmp"))
        try listener.waitForOutput("listening on")
        let ping = try hosts[0].startPing("10.0.0.2", "-c 20 -i 0.01 -w 10").wait()
        #expect(ping.output.contains(" 0% packet loss"), "\(ping.output)")
        try listener.waitForOutput("ARP, Request who-has 10.0.0.2")
        // What is sent after the conversation is heard after it: now everything has been heard.
        #expect(try hosts[0].startPing("10.0.0.99", "-c 1 -w 1").wait().status != 0)
        try listener.waitForOutput("ARP, Request who-has 10.0.0.99")
        let heard = try listener.stop(signal: SIGINT)
        #expect(!heard.output.contains("ICMP"), "\(heard.output)")
      }
    }

    @Test func keepsProtectedPortsApart() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try (1...3).map { number in
          let host = try lab.host("h\(number)")
          try daemon.addTAP(
            "tap\(number)", in: host, address: "10.0.0.\(number)/24",
            settings: number < 3 ? "protected=true" : "")
          return host
        }
        #expect(try hosts[0].startPing("10.0.0.2", "-c 1 -w 1").wait().status != 0)
        #expect(try hosts[0].reaches("10.0.0.3"))
        #expect(try hosts[2].reaches("10.0.0.2"))
      }
    }
  }
}
