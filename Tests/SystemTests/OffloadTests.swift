import Testing

extension System {
  /// TCP between all kinds of ports, with and without offloads, tagged and untagged, over IPv4 and IPv6: what
  /// breaks when a checksum stays unfinished or a large frame uncut, while pings still work.
  @Suite struct OffloadTests {
    /// How a host is attached to the bridge.
    enum Attachment: String, CaseIterable {
      /// A TAP device that the switch holds.
      case tap
      /// A veth device whose other end is in the host.
      case veth
      /// The same through AF_XDP, which knows no offloads: the host has them off.
      case afxdp
      /// A TAP device that another process holds, as a virtual machine monitor does. Here that is a second
      /// switch, with the host behind it.
      case foreignTAP = "foreign TAP"
      case `internal`
    }

    struct Row: CustomTestStringConvertible {
      var from: Attachment
      var to: Attachment
      var isTagged: Bool
      var testDescription: String {
        "\(from.rawValue) to \(to.rawValue), \(isTagged ? "tagged" : "untagged")"
      }
    }

    static let rows = Attachment.allCases.flatMap { from in
      Attachment.allCases.flatMap { to in
        [false, true].map { Row(from: from, to: to, isTagged: $0) }
      }
    }

    /// A host of the test, with what has offloads on its way to the switch.
    struct Host {
      var namespace: Namespace
      /// The device with the address.
      var device: String
      /// Devices on the way, each with the namespace that it is in.
      var devices: [(namespace: Namespace, device: String)]

      func setOffloads(_ isOn: Bool) throws {
        let value = isOn ? "on" : "off"
        for (namespace, device) in devices {
          let result = try namespace.run(
            "ethtool -K \(device) tx \(value) sg \(value) tso \(value) gso \(value)")
          guard result.status == 0 else {
            throw CommandFailure(command: "ethtool -K \(device)", reason: result.errors)
          }
        }
      }
    }

    @Test(arguments: rows)
    func carriesTCP(_ row: Row) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let bridge = row.isTagged ? "br1" : "br0"
        if row.isTagged { try addTrunk(from: "br0", to: "br1", of: daemon) }
        let client = try attach(
          row.from, name: "c0", number: 1, bridge: "br0", isTagged: row.isTagged, daemon, lab)
        let server = try attach(
          row.to, name: "s0", number: 2, bridge: bridge, isTagged: row.isTagged, daemon, lab)
        let iperf = lab.keep(try server.namespace.startIperfServer())
        for (clientOffloads, serverOffloads) in [(true, true), (true, false), (false, true), (false, false)] {
          try client.setOffloads(clientOffloads)
          try server.setOffloads(serverOffloads)
          for address in ["10.0.0.2", "fd00::2"] {
            do {
              try client.namespace.iperf(address, "--bytes 2M", seconds: 10)
            } catch {
              // What is broken for one is mostly broken for the rest, and each takes its time to fail.
              Issue.record(
                "offloads \(clientOffloads) to \(serverOffloads), \(address): \(error) \(iperf.errors)")
              return
            }
          }
        }
      }
    }

    /// What a host without offloads sends crosses the switch in large frames, unless its port is told not to merge. Ports
    /// count the frames that came, rules what became of them.
    @Test(arguments: [Attachment.tap, .veth], ["auto", "off"])
    func mergesSegments(_ attachment: Attachment, option: String) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let client = try attach(
          attachment, name: "c0", number: 1, bridge: "br0", isTagged: false,
          settings: "options:gro=\(option)",
          daemon, lab)
        let server = try attach(
          attachment, name: "s0", number: 2, bridge: "br0", isTagged: false, daemon, lab)
        let iperf = lab.keep(try server.namespace.startIperfServer())
        try client.setOffloads(false)
        try daemon.apus("add-flow br0 priority=5,in_port=c0,actions=NORMAL")
        let before = try packets(daemon)
        try client.namespace.iperf("10.0.0.2", "--bytes 20M", seconds: 20)
        let after = try packets(daemon)
        let (came, counted) = (after.came - before.came, after.counted - before.counted)
        #expect(came > 10_000, "\(iperf.errors)")
        #expect(option == "auto" ? counted < came / 2 : counted == came, "\(counted) of \(came)")
      }
    }

    /// The frames that came in by port c0, and how many of them its rule has counted.
    private func packets(_ daemon: Daemon) throws -> (came: Int, counted: Int) {
      // One after the other, so until nothing changes between.
      var result = (came: 0, counted: 0)
      while true {
        let came = try #require(try number(#/rx pkts=(\d+)/#, in: daemon.apus("dump-ports br0 c0")))
        let counted = try #require(
          try number(#/n_packets=(\d+)/#, in: daemon.apus("dump-flows br0 in_port=c0")))
        if (came, counted) == result { return result }
        result = (came, counted)
      }
    }

    private func number(_ pattern: Regex<(Substring, Substring)>, in text: String) -> Int? {
      text.firstMatch(of: pattern).flatMap { Int($0.1) }
    }

    /// A second bridge behind a pair of veth devices, so that tags are on a wire.
    private func addTrunk(from: String, to: String, of daemon: Daemon) throws {
      try daemon.namespace.ip("link add trunk0 up type veth peer name trunk1")
      try daemon.namespace.ip("link set trunk1 up")
      try daemon.apus("add-br \(to) -- add-port \(from) trunk0 trunks=10 -- add-port \(to) trunk1 trunks=10")
    }

    private func attach(
      _ attachment: Attachment, name: String, number: Int, bridge: String, isTagged: Bool,
      settings: String = "",
      _ daemon: Daemon, _ lab: Lab
    ) throws -> Host {
      let namespace = try lab.host(name, ipv6: true)
      let tag = isTagged ? "tag=10" : ""
      let switchSide = daemon.namespace
      var host = Host(namespace: namespace, device: name, devices: [(namespace, name)])
      switch attachment {
      case .tap: try daemon.addTAP(name, to: bridge, in: namespace, settings: tag)
      case .internal:
        try daemon.apus(
          "add-port \(bridge) \(name) \(tag) -- set interface \(name) type=internal "
            + "options:netns=\(namespace.name)")
      case .veth:
        try switchSide.ip("link add \(name) up type veth peer name \(name) netns \(namespace.name)")
        try daemon.apus("add-port \(bridge) \(name) \(tag)")
        host.devices.append((switchSide, name))
      case .afxdp:
        try switchSide.ip("link add \(name) up type veth peer name \(name) netns \(namespace.name)")
        host.devices = []
        let result = try namespace.run("ethtool -K \(name) tx off txvlan off")
        #expect(result.status == 0, "\(result.errors)")
        try daemon.apus("add-port \(bridge) \(name) \(tag) -- set interface \(name) type=afxdp")
      case .foreignTAP:
        let machine = try lab.daemon(in: switchSide, bridge: "vm-\(name)")
        try machine.apus("add-port vm-\(name) \(name) -- set interface \(name) type=tap")
        try machine.addTAP("g\(name)", to: "vm-\(name)", in: namespace)
        try daemon.apus("add-port \(bridge) \(name) \(tag)")
        host.device = "g\(name)"
        host.devices = [(namespace, host.device), (switchSide, name)]
      }
      if !settings.isEmpty { try daemon.apus("set interface \(name) \(settings)") }
      try namespace.configure(host.device, address: "10.0.0.\(number)/24")
      try namespace.configure(host.device, address: "fd00::\(number)/64")
      return host
    }
  }
}
