import Testing

extension System {
  /// Ports that delete themselves, and ports that move to another switch.
  @Suite struct PortMoveTests {
    @Test func ephemeralPortsGoWithAProcessOrTheirPeer() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let machine = lab.keep(try Command.start("sleep 1000"))
        let path = lab.path("vm2.sock")
        try daemon.apus("--ephemeral=\(machine.pid) add-port br0 vm1 -- set interface vm1 type=null")
        try daemon.apus("--ephemeral add-port br0 vm2 -- set interface vm2 type=stream options:path=\(path)")
        try daemon.apus("add-port br0 vm3 -- set interface vm3 type=null")
        #expect(try daemon.apus("show").contains("ephemeral: \"\(machine.pid)\""))
        do {
          guard let peer = UnixConnection(path) else {
            throw CommandFailure(command: path, reason: "nobody listens")
          }
          try eventually("the peer is there") { try daemon.interface("vm2", "status:state") == "up" }
          let isClosed = peer.isClosed
          #expect(!isClosed)
        }
        try eventually("the port of the peer is gone") { try daemon.apus("list-ports br0") == "vm1\nvm3\n" }
        try machine.stop(signal: 9)
        try eventually("the port of the process is gone") { try daemon.apus("list-ports br0") == "vm3\n" }
        let log = daemon.process.errors
        for reason in ["process \(machine.pid) has ended", "the other end closed the connection"] {
          #expect(log.contains("ephemeral port deleted") && log.contains(reason), "\(log)")
        }
        let refused = try daemon.client("--ephemeral=\(machine.pid) add-port br0 vm1")
        #expect(refused.status == 1 && refused.errors.contains("there is no process"), "\(refused)")
      }
    }

    /// From one switch to another: the host's device, address, VLAN and counters go on.
    @Test func aPortMovesToAnotherSwitch() throws {
      try Lab.run { lab in
        let first = try lab.daemon()
        let second = try lab.daemon()
        let host = try lab.host("h1")
        for (daemon, number) in [(first, 2), (second, 3)] {
          let other = try lab.host("o\(number)")
          try daemon.addTAP("other", in: other, address: "10.0.0.\(number)/24", settings: "tag=5")
        }
        try first.apus(
          "add-port br0 vm1 tag=5 external_ids:id=a -- set interface vm1 type=tap options:netns=\(host.name) "
            + "ofport_request=9 mac=02:00:00:00:00:01")
        try host.configure("vm1", address: "10.0.0.1/24")
        #expect(try host.reaches("10.0.0.2"))
        let image = try first.apus("port-export vm1")
        #expect(image.contains("\"mac\" : \"02:00:00:00:00:01\""), "\(image)")
        let before = try first.interface("vm1", "statistics:rx_packets")
        try first.apus("del-port vm1")

        try second.apus("port-import br0", input: image)
        #expect(try second.interface("vm1", "statistics:rx_packets") == before)
        #expect(try second.interface("vm1", "ofport") == "9")
        #expect(try second.apus("get port vm1 tag external_ids:id") == "5\na\n")
        #expect(try second.apus("fdb/show br0").contains("9     5  02:00:00:00:00:01"))
        try host.configure("vm1", address: "10.0.0.1/24")
        #expect(try host.reaches("10.0.0.3"))
        let after = try second.interface("vm1", "statistics:rx_packets")
        #expect(try #require(Int(after)) > #require(Int(before)))
        let again = try second.client("port-import br0 -", input: image)
        #expect(again.status == 1 && again.errors.contains("a port of that name exists"), "\(again)")
      }
    }
  }
}
