import Glibc
import Testing

extension System {
  /// Real machines under QEMU, with Debian's kernel and its virtio driver, attached in every way that there is.
  @Suite struct VirtualMachineTests {
    /// A way of `tools/vmlab`, the name that it gives to the ports, and whether large frames cross it whole.
    struct Way: Sendable {
      var name: String
      var port: String
      var hasOffloads: Bool
    }

    static let bridge = VirtualMachines.bridge

    static let ways = [
      Way(name: "tap", port: "\(VirtualMachines.name)-vm", hasOffloads: true),
      Way(name: "ifup", port: "\(VirtualMachines.name)-vm", hasOffloads: true),
      Way(name: "bridge", port: "\(VirtualMachines.name)-sw", hasOffloads: true),
      Way(name: "vhostuser", port: "vm", hasOffloads: true),
      // What the one leaves unfinished the switch finishes for the other.
      Way(name: "vhostuser,stream", port: "vm", hasOffloads: true),
      Way(name: "stream", port: "vm", hasOffloads: false),
      Way(name: "dgram", port: "vm", hasOffloads: false),
    ]

    /// What the port of `vm2` is, whether `vm2` tags its frames, and whether `vm1`, which does with tag 7 at a trunk, reaches it.
    static let trunks: [(mode: String, isTagged: Bool, isConnected: Bool)] = [
      ("tag=[] trunks=8 vlan_mode=trunk", true, false),
      ("tag=[] trunks=7 vlan_mode=trunk", true, true),
      ("tag=7 trunks=[] vlan_mode=native-tagged", true, true),
      ("tag=7 trunks=[] vlan_mode=native-untagged", false, true),
      ("tag=8 trunks=7 vlan_mode=native-untagged", true, true),
    ]

    /// Two machines of one VLAN reach each other whatever kind of port they have and whoever tags, of two VLANs they do not; TCP
    /// over IPv4 and IPv6 arrives with the machines' offloads on and off; a rule cuts one off and counts.
    @Test(arguments: ways)
    func areOnTheSwitch(way: Way) throws {
      try VirtualMachines.run("2 --attach \(way.name) --vlan 7,7") { lab in
        #expect(try lab.areConnected())
        for (mode, isSame) in [
          ("tag=8", false), ("tag=7 vlan_mode=native-untagged", true),
          ("tag=8 vlan_mode=native-untagged", false),
          ("tag=7 vlan_mode=native-tagged", false), ("tag=7 vlan_mode=dot1q-tunnel", true),
          ("tag=7 vlan_mode=access", true),
        ] {
          try lab.apus("set port \(way.port)2 \(mode)")
          #expect(try lab.areConnected() == isSame, "\(mode)")
        }
        try passTCP(lab, way, isLarge: way.hasOffloads)
        try areCutOff(lab, by: "ip,nw_dst=10.97.0.2", .v4)

        try lab.setTag(7, ofMachine: 1)
        try lab.apus("set port \(way.port)1 tag=[] trunks=7 vlan_mode=trunk")
        for (index, (mode, isTagged, isConnected)) in Self.trunks.enumerated() {
          try lab.apus("set port \(way.port)2 \(mode)")
          try lab.setTag(isTagged ? 7 : nil, ofMachine: 2)
          #expect(try lab.areConnected() == isConnected, "\(mode), \(isTagged)")
          // Kernel and switch do the same with frames of all TAP devices and all sockets.
          if isConnected, way.name != "ifup", way.name != "dgram" {
            // The one version by a port of this mode, the other by one of that.
            try passTCP(lab, way, isLarge: way.hasOffloads, versions: index % 2 == 0 ? [.v4] : [.v6])
          }
        }
        try areCutOff(lab, by: "in_port=\(way.port)1,dl_vlan=7,icmp6,icmp_type=128", .v6)

        // The device with the tags takes over what its device can.
        for machine in ["vm1", "vm2"] {
          try lab.output(of: "ethtool -K eth0 tx off rx off tso off gso off gro off", in: machine)
        }
        try passTCP(lab, way, isLarge: false)
        try lab.setTag(nil, ofMachine: 1)
        try lab.apus("set port \(way.port)1 tag=7 trunks=[] vlan_mode=access")
        try passTCP(lab, way, isLarge: false)
      }
    }

    /// Passes TCP from `vm1` to `vm2`, by each of these versions of IP, and looks how large the frames were that came from `vm1`, and
    /// whether rules have seen all of them.
    private func passTCP(
      _ lab: VirtualMachines, _ way: Way, isLarge: Bool, versions: [IPVersion] = IPVersion.allCases
    ) throws {
      // The receiver closes when the sender says that it is done, so of the last bytes some may never be sent: half of them
      // are enough.
      let bytes = 4 << 20
      for version in versions {
        let rule = version == .v4 ? "tcp,tp_dst=5201" : "tcp6,tp_dst=5201"
        try lab.apus("add-flow \(Self.bridge) priority=5,\(rule),actions=NORMAL")
        let frames = try lab.framesReceived(by: "\(way.port)1")
        try lab.passTCP(version, bytes: bytes)
        let count = try lab.framesReceived(by: "\(way.port)1") - frames
        // 1428 bytes of data fit into a packet of IPv6.
        if isLarge { #expect(count < bytes / 1428 / 4) } else { #expect(count > bytes / 1448 / 2) }
        #expect(try lab.count("n_bytes", ofRule: rule) > bytes / 2)
        try lab.apus("--strict del-flows \(Self.bridge) priority=5,\(rule)")
      }
    }

    /// A rule that drops what it matches keeps `vm1` from `vm2`, and counts it.
    private func areCutOff(_ lab: VirtualMachines, by match: String, _ version: IPVersion) throws {
      #expect(try lab.areConnected(version))
      try lab.apus("add-flow \(Self.bridge) priority=9,\(match),actions=drop")
      #expect(try !lab.areConnected(version))
      #expect(try lab.count("n_packets", ofRule: match) == 2)
      try lab.apus("--strict del-flows \(Self.bridge) priority=9,\(match)")
      #expect(try lab.areConnected(version))
    }

    /// A machine that is killed under traffic and comes back has the port that it had, with its number, VLAN, rules and
    /// counters.
    @Test(arguments: [ways[0], ways[3], ways[5]])
    func keepTheirPortsWhenTheyRestart(way: Way) throws {
      try VirtualMachines.run("2 --attach \(way.name) --vlan 7,7") { lab in
        let port = "\(way.port)2"
        try lab.apus("add-flow \(Self.bridge) priority=5,in_port=\(port),actions=NORMAL")
        #expect(try lab.areConnected())
        let number = try lab.apus("get interface \(port) ofport")
        try lab.output(of: "iperf3 --client 10.97.0.2 --time 100 >/dev/null 2>&1 &", in: "vm1")
        let counts = [
          try lab.framesReceived(by: port), try lab.count("n_packets", ofRule: "in_port=\(port)"),
        ]
        try eventually("vm2 answers") { try lab.framesReceived(by: port) > counts[0] + 100 }
        try lab.restart("vm2")
        #expect(try lab.areConnected())
        #expect(try lab.apus("get interface \(port) ofport") == number)
        #expect(try lab.apus("get port \(port) tag") == "7\n")
        #expect(try lab.framesReceived(by: port) > counts[0] + 100)
        #expect(try lab.count("n_packets", ofRule: "in_port=\(port)") > counts[1] + 100)
      }
    }

    /// Two machines with two pairs of queues each, QEMU as client and as server, that never stop sending: while one of them is
    /// moved to another QEMU, gets memory, and the switch is killed, nothing that was sent is lost or altered.
    @Test(arguments: ["packed=off", "packed=on"]) func goOnWhateverHappens(ring: String) throws {
      try VirtualMachines.run(
        "2 --attach vhostuser,vhostclient --vlan 7 --queues 2", device: "guest_announce=off,\(ring)"
      ) { lab in
        for port in ["vm1", "vm2"] {
          #expect(try lab.apus("get interface \(port) status:queues").contains("2 of 2"))
        }
        try lab.apus("add-flow \(Self.bridge) priority=9,rarp,actions=NORMAL")
        let stream = try CheckedStream(lab)

        try lab.migrate("vm2")
        // QEMU has the switch announce a machine that does not do it by itself.
        try eventually("vm2 is announced") { try lab.count("n_packets", ofRule: "rarp") > 0 }
        try stream.goesOn()
        #expect(try lab.apus("get interface vm2b status:state").contains("up"))

        let memory = try lab.memory(of: "vm2")
        try lab.tellMonitor(
          of: "vm2", "object_add memory-backend-memfd,id=more,size=128M,share=on")
        try lab.tellMonitor(of: "vm2", "device_add pc-dimm,id=dimm,memdev=more")
        // Linux takes it for frames first, as it lies above 4 GiB.
        try eventually("vm2 has more memory", seconds: 30) {
          try lab.output(
            of:
              "for i in /sys/devices/system/memory/memory*/state; do echo online >$i; done 2>/dev/null; true",
            in: "vm2")
          return try lab.memory(of: "vm2") > memory + 100_000
        }
        try stream.goesOn()

        try lab.replaceSwitch(signal: SIGKILL)
        for (port, options) in [("vm1", ""), ("vm2b", " options:mode=client")] {
          try lab.apus(
            "add-port \(Self.bridge) \(port) tag=7 -- set interface \(port) type=vhost-user options:n_rxq=2 "
              + "options:socket=\(VirtualMachines.runDirectory)/\(port).sock\(options)")
        }
        try stream.goesOn()
        for port in ["vm1", "vm2b"] {
          #expect(try lab.apus("get interface \(port) status:queues").contains("2 of 2"))
          #expect(try lab.apus("get interface \(port) statistics:rx_errors").filter(\.isNumber) == "0")
        }
        try stream.finish()
      }
    }
  }
}
