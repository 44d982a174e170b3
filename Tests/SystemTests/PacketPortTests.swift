import Testing

extension System {
  /// TUN devices, and classes of a queueing discipline.
  @Suite struct PacketPortTests {
    /// A host on a TUN device, which has no Ethernet headers, talks to one on a TAP device: rules see the former with
    /// the header that the switch gives its packets, or as packets.
    @Test(arguments: ["legacy_l3", "ptap"]) func answersPingsThroughATUNDevice(type: String) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let (first, second) = try (lab.host("h1"), lab.host("h2"))
        try daemon.apus(
          "add-port br0 tun1 -- set interface tun1 type=tap options:netns=\(first.name) options:packet_type=\(type) "
            + "ofport_request=1")
        try first.configure("tun1", address: "10.0.0.1/24")
        try daemon.addTAP("tap2", in: second, address: "10.0.0.2/24")
        try daemon.apus("set interface tap2 ofport_request=2")
        try second.ip("link set tap2 address 02:00:00:00:00:02")
        try second.ip("neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev tap2")
        let header = "mod_dl_src:02:00:00:00:00:01,mod_dl_dst:02:00:00:00:00:02,output:2"
        let isTyped = type == "ptap"
        let rules = [
          isTyped
            ? "in_port=1,packet_type=(1,0x800),actions=encap(ethernet),\(header)"
            : "in_port=1,ip,actions=\(header)",
          "in_port=2,ip,actions=\(isTyped ? "decap," : "")output:1",
        ]
        try daemon.apus("del-flows br0")
        for rule in rules { try daemon.apus("add-flow br0 \(rule)") }
        let ping = try first.startPing("10.0.0.2", "-c 10 -i 0.01 -w 10").wait()
        #expect(ping.output.contains(" 0% packet loss"), "\(ping.output)")
        let server = try second.startIperfServer()
        try first.iperf("10.0.0.2", "--time 1")
        try first.iperf("10.0.0.2", "--time 1 --reverse")
        try server.stop()
      }
    }

    /// Queue 4 of a network device is its class 1:5.
    @Test func queuesAreClassesOfTheDevice() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        try daemon.namespace.ip("link add v1 up type veth peer name v2")
        try daemon.namespace.ip("link set v2 up")
        for command in [
          "tc qdisc add dev v1 root handle 1: htb default 1",
          "tc class add dev v1 parent 1: classid 1:1 htb rate 1gbit",
          "tc class add dev v1 parent 1: classid 1:5 htb rate 1gbit",
        ] { _ = try daemon.namespace.run(command) }
        try daemon.apus("add-port br0 v1")
        let host = try lab.host("h1")
        try daemon.addTAP("tap1", in: host, address: "10.0.0.1/24")
        try host.ip("neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev tap1")
        try daemon.apus("del-flows br0")
        try daemon.apus("add-flow br0 icmp,actions=set_queue:4,output:v1,pop_queue,output:v1")
        // Nobody answers, so there are exactly that many.
        _ = try host.startPing("10.0.0.2", "-c 7 -i 0.01 -W 1").wait()
        try eventually("the queue's class has sent 7 packets, the default one others") {
          let classes = try daemon.namespace.run("tc -s class show dev v1").output.split(
            separator: "class htb ")
          func has(_ name: String, _ packets: String) -> Bool {
            classes.contains { $0.hasPrefix(name) && $0.contains(" \(packets) pkt ") }
          }
          return has("1:5 ", "7") && !has("1:1 ", "0")
        }
      }
    }
  }
}
