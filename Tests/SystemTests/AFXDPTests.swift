import Glibc
import Testing

extension System {
  /// Ports on network devices through AF_XDP.
  @Suite struct AFXDPTests {
    static let modes = ["native", "generic"]

    /// A host whose device `name` is the far end of an AF_XDP port of that name. Nothing is left to the device.
    private func attach(
      _ name: String, in lab: Lab, to daemon: Daemon, bridge: String = "br0", settings: String = "",
      options: String = "", address: String, isMended: Bool = true
    ) throws -> Namespace {
      let host = try lab.host(name)
      try plug(name, into: host, of: daemon, address: address)
      if isMended { try mend(name, in: host) }
      try daemon.apus(
        "add-port \(bridge) \(name) \(settings) -- set interface \(name) type=afxdp \(options)")
      return host
    }

    private func plug(_ name: String, into host: Namespace, of daemon: Daemon, address: String) throws {
      try daemon.namespace.ip("link add \(name) up type veth peer name \(name) netns \(host.name)")
      try host.ip("link set \(name) address 02:00:00:00:00:02")
      try host.configure(name, address: address)
    }

    private func mend(_ device: String, in host: Namespace) throws {
      let result = try host.run("ethtool -K \(device) tx off txvlan off tx-vlan-stag-hw-insert off")
      #expect(result.status == 0, "\(result.errors)")
    }

    /// So many bytes to 10.0.0.2. A server serves once, as it may be busy with one measurement's end when the next starts.
    private func transfer(_ options: String, from client: Namespace, to host: Namespace) throws {
      let server = try host.startIperfServer("--one-off")
      try client.iperf("10.0.0.2", "--bytes \(options)")
      try server.stop()
    }

    private func hasProgram(_ device: String, in namespace: Namespace) throws -> Bool {
      try namespace.ip("link show \(device)").contains("prog/xdp")
    }

    /// The port says what must be done, TCP works when that is done, and then the port is content.
    @Test(arguments: modes) func carriesTCPOnceTheFarEndIsAsThePortSays(mode: String) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let first = try attach(
          "h1", in: lab, to: daemon, options: "options:xdp-mode=\(mode)", address: "10.0.0.1/24",
          isMended: false)
        let second = try lab.host("h2")
        try daemon.addTAP("tap2", in: second, address: "10.0.0.2/24")
        #expect(try daemon.interface("h1", "status:state") == "up")
        #expect(try daemon.interface("h1", "status:xdp-mode") == mode)
        let advice =
          "ip netns exec \(first.name) ethtool -K h1 tx off txvlan off tx-vlan-stag-hw-insert off"
        let shown = try daemon.apus("show")
        #expect(shown.contains("            xdp-mode: \(mode)\n"), "\(shown)")
        let line = try #require(shown.split(separator: "\n").first { $0.contains("warning: ") }, "\(shown)")
        #expect(line.hasSuffix(": " + advice), "\(line)")
        #expect(try first.reaches("10.0.0.2"))

        // What the port says, as it says it.
        try Command.output(of: String(line.suffix(advice.count)))
        #expect(try !daemon.apus("show").contains("warning"))
        for options in ["4M", "4M --reverse", "1M --udp --length 1400 --bitrate 50M"] {
          try transfer(options, from: first, to: second)
        }
        #expect(try daemon.interface("h1", "statistics:rx_errors") == "0")
      }
    }

    /// Whoever adds the port is told at once.
    @Test func warnsWhoeverAddsThePort() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let host = try lab.host("h1")
        try plug("h1", into: host, of: daemon, address: "10.0.0.1/24")
        let result = try daemon.client("add-port br0 h1 -- set interface h1 type=afxdp")
        #expect(result.status == 0)
        #expect(
          result.errors.contains("port 'h1': the far end leaves checksums and VLAN tags"), "\(result.errors)")
      }
    }

    /// Two AF_XDP ports are the ends of a trunk between two bridges: tags are on the wire between them.
    @Test(arguments: modes) func carriesTagsOverATrunk(mode: String) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        try daemon.namespace.ip("link add trunk0 up type veth peer name trunk1")
        try daemon.namespace.ip("link set trunk1 up")
        for device in ["trunk0", "trunk1"] { try mend(device, in: daemon.namespace) }
        try daemon.apus(
          "add-br br1 -- add-port br0 trunk0 trunks=10 -- add-port br1 trunk1 trunks=10 "
            + "-- set interface trunk0 type=afxdp options:xdp-mode=\(mode) "
            + "-- set interface trunk1 type=afxdp options:xdp-mode=\(mode)")
        let first = try attach(
          "h1", in: lab, to: daemon, settings: "tag=10", options: "options:xdp-mode=\(mode)",
          address: "10.0.0.1/24")
        let second = try lab.host("h2")
        try daemon.addTAP("tap2", to: "br1", in: second, address: "10.0.0.2/24", settings: "tag=10")
        #expect(try first.reaches("10.0.0.2"))
        for options in ["4M", "4M --reverse"] { try transfer(options, from: first, to: second) }
        #expect(try !daemon.apus("show").contains("warning"))
        // Another VLAN is not let through: the tag was there.
        try daemon.apus("set port tap2 tag=11")
        #expect(try first.startPing("10.0.0.2", "-c 1 -W 1").wait().status != 0)
      }
    }

    @Test func portsComeAndGoUnderTraffic() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let first = try attach("h1", in: lab, to: daemon, address: "10.0.0.1/24")
        let second = try lab.host("h2")
        try daemon.addTAP("tap2", in: second, address: "10.0.0.2/24")
        let traffic = lab.keep(try second.startPing("10.0.0.1", "-i 0.002 -w 60"))
        for round in 0..<10 {
          let mode = Self.modes[round % 2]
          try daemon.apus("del-port br0 h1")
          #expect(try !hasProgram("h1", in: daemon.namespace))
          try daemon.apus(
            "add-port br0 h1 -- set interface h1 type=afxdp options:xdp-mode=\(mode)")
          #expect(try daemon.interface("h1", "status:state") == "up")
          #expect(try first.reaches("10.0.0.2"))
        }
        // Another type, and back.
        try daemon.apus("set interface h1 type=system options={}")
        #expect(try !hasProgram("h1", in: daemon.namespace))
        #expect(try first.reaches("10.0.0.2"))
        try daemon.apus("set interface h1 type=afxdp")
        #expect(try first.reaches("10.0.0.2"))
        #expect(traffic.isRunning)
      }
    }

    @Test(arguments: modes) func theDeviceComesAndGoesUnderTraffic(mode: String) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let first = try attach(
          "h1", in: lab, to: daemon, options: "options:xdp-mode=\(mode)", address: "10.0.0.1/24")
        let second = try lab.host("h2")
        try daemon.addTAP("tap2", in: second, address: "10.0.0.2/24")
        try second.ip("neigh add 10.0.0.1 lladdr 02:00:00:00:00:02 dev tap2")
        let traffic = lab.keep(try second.startPing("10.0.0.1", "-i 0.002 -w 60"))
        for _ in 0..<3 {
          #expect(try first.reaches("10.0.0.2"))
          try daemon.namespace.ip("link delete h1")
          try eventually("the port waits") {
            try daemon.interface("h1", "status:state") == "waiting: no such device"
          }
          try plug("h1", into: first, of: daemon, address: "10.0.0.1/24")
          try eventually("the port is up") { try daemon.interface("h1", "status:state") == "up" }
        }
        for _ in 0..<3 {
          #expect(try first.reaches("10.0.0.2"))
          try daemon.namespace.ip("link set h1 down")
          try eventually("the port is down") { try daemon.interface("h1", "status:state") == "down" }
          try daemon.namespace.ip("link set h1 up")
          try eventually("the port is up") { try daemon.interface("h1", "status:state") == "up" }
        }
        for _ in 0..<3 {
          #expect(try first.reaches("10.0.0.2"))
          try first.ip("link set h1 down")
          try eventually("the port is down") { try daemon.interface("h1", "status:state") == "down" }
          try first.ip("link set h1 up")
          try eventually("the port is up") { try daemon.interface("h1", "status:state") == "up" }
        }
        #expect(traffic.isRunning)
      }
    }

    @Test func saysWhatIsWrong() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let space = daemon.namespace
        try space.ip("link add big up mtu 9000 type veth peer name far0 mtu 9000")
        try space.ip("link add mid up type veth peer name far1 mtu 3800")
        try space.ip("link add one up type veth peer name far2")
        for device in ["far0", "far1", "far2"] {
          try space.ip("link set \(device) up")
          try mend(device, in: space)
        }
        func state(_ name: String, _ options: String) throws -> String {
          _ = try daemon.client("add-port br0 \(name) -- set interface \(name) type=afxdp \(options)")
          return try daemon.interface(name, "status:state")
        }
        let big = try state("big", "")
        #expect(
          big.hasPrefix("failed: big: AF_XDP failed") && big.contains("the most that an afxdp port carries"))
        try daemon.apus("set interface big mtu_request=3000")
        #expect(try daemon.interface("big", "status:state") == "up")
        let warning = try daemon.interface("big", "status:warning")
        #expect(warning.contains("the far end's MTU is 9000") && !warning.contains("device"), "\(warning)")
        try daemon.apus("set interface big mtu_request=4000")
        #expect(try daemon.interface("big", "status:warning").contains("ip link set big mtu 3818"))
        try daemon.apus("del-port br0 big")
        let request = try state("big", "mtu_request=4000")
        #expect(request.contains("option mtu: '4000' is not a number from 68 to 3818"), "\(request)")

        let mid = try state("mid", "options:xdp-mode=native")
        #expect(
          mid.hasPrefix("failed: mid: BPF_LINK_CREATE failed") && mid.contains("so large an MTU"), "\(mid)")
        try daemon.apus("set interface mid options:xdp-mode=best-effort")
        #expect(try daemon.interface("mid", "status:xdp-mode") == "generic")
        let word = try daemon.client("set interface mid options:xdp-mode=fast")
        #expect(
          (word.errors + word.output).contains(
            "'fast' is not one of best-effort, native-with-zerocopy, native, generic"), "\(word)")

        // Two switches want the same device.
        #expect(try state("one", "") == "up")
        let other = try lab.daemon(in: space, bridge: "other")
        _ = try other.client("add-port other one -- set interface one type=afxdp")
        let second = try other.interface("one", "status:state")
        #expect(second.contains("another XDP program is on the device"), "\(second)")
        #expect(try daemon.interface("one", "status:state") == "up")
        try daemon.apus("del-port br0 one")
        try eventually("the other one has it") { try other.interface("one", "status:state") == "up" }
      }
    }

    /// A switch that dies leaves no program behind, and the next one takes the device.
    @Test func leavesNothingBehindWhenItDies() throws {
      try Lab.run { lab in
        let space = try lab.host("switch")
        let daemon = try lab.daemon(in: space)
        let first = try attach("h1", in: lab, to: daemon, address: "10.0.0.1/24")
        #expect(try hasProgram("h1", in: space))
        try daemon.process.stop(signal: SIGKILL)
        try eventually("the program is gone") { try !hasProgram("h1", in: space) }
        let next = try lab.daemon(in: space)
        try next.apus("add-port br0 h1 -- set interface h1 type=afxdp")
        #expect(try next.interface("h1", "status:state") == "up")
        try next.apus("set interface br0 mac=02:00:00:00:00:09")
        try space.configure("br0", address: "10.0.0.9/24")
        #expect(try first.reaches("10.0.0.9"))
      }
    }
  }
}
