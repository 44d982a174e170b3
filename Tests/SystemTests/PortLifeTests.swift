import Testing

extension System {
  /// Devices come and go; names and numbers stay.
  @Suite struct PortLifeTests {
    /// A pair of veth devices: `name` with the switch, `name` in the host with an address. Always of the same
    /// MAC address, as the other host's neighbour table remembers it.
    private func plug(_ name: String, into host: Namespace, of daemon: Daemon, address: String) throws {
      try daemon.namespace.ip("link add \(name) up type veth peer name \(name) netns \(host.name)")
      try host.ip("link set \(name) address 02:00:00:00:00:02")
      try host.configure(name, address: address)
    }

    @Test func waitsForADeviceAndTakesItBackWhenItReturns() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let first = try lab.host("h1")
        let second = try lab.host("h2")
        try daemon.addTAP("tap1", in: first, address: "10.0.0.1/24")
        try daemon.apus("add-port br0 late -- set interface late ofport_request=7")
        #expect(try daemon.interface("late", "status:state") == "waiting: no such device")

        for _ in 0..<3 {
          try plug("late", into: second, of: daemon, address: "10.0.0.2/24")
          try eventually("the port is up") { try daemon.interface("late", "status:state") == "up" }
          #expect(try daemon.interface("late", "ofport") == "7")
          #expect(try first.reaches("10.0.0.2"))
          try daemon.namespace.ip("link delete late")
          try eventually("the port waits") {
            try daemon.interface("late", "status:state") == "waiting: no such device"
          }
          #expect(try daemon.interface("late", "ofport") == "7")
        }
      }
    }

    @Test func tellsWhetherTheDeviceIsUp() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let host = try lab.host("h1")
        try plug("wire", into: host, of: daemon, address: "10.0.0.1/24")
        try daemon.apus("add-port br0 wire")
        try eventually("the port is up") { try daemon.interface("wire", "status:state") == "up" }
        try host.ip("link set wire down")
        try eventually("the port is down") { try daemon.interface("wire", "status:state") == "down" }
        try host.ip("link set wire up")
        try eventually("the port is up again") { try daemon.interface("wire", "status:state") == "up" }
      }
    }

    /// How frames come in is shown, can be said, and changes while the port runs.
    @Test func tellsAndChangesHowFramesComeIn() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let first = try lab.host("h1")
        let second = try lab.host("h2")
        try daemon.addTAP("tap1", in: first, address: "10.0.0.1/24")
        try plug("wire", into: second, of: daemon, address: "10.0.0.2/24")
        try daemon.apus("add-port br0 wire")
        for (option, used) in [("auto", "ring"), ("mmsg", "mmsg"), ("ring", "ring")] {
          try daemon.apus("set interface wire options:io=\(option)")
          #expect(try daemon.interface("wire", "status:io") == used)
          #expect(try first.reaches("10.0.0.2"))
        }
        let status = try daemon.interface("tap1", "status")
        #expect(status.contains("state=up") && !status.contains("io="), "\(status)")
        let refused = try daemon.client("set interface wire options:io=rings")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("auto, ring, mmsg"), "\(refused.errors)")
        #expect(try daemon.interface("wire", "options:io") == "ring")
      }
    }

    @Test func waitsForADeviceToBeBroughtUp() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        try daemon.namespace.ip("link add wire type veth peer name far")
        try daemon.namespace.ip("link set far up")
        try daemon.apus("add-port br0 wire")
        for _ in 0..<2 {
          #expect(try daemon.interface("wire", "status:state") == "down")
          try daemon.namespace.ip("link set wire up")
          try eventually("the port is up") { try daemon.interface("wire", "status:state") == "up" }
          try daemon.namespace.ip("link set wire down")
          try eventually("the port is down") { try daemon.interface("wire", "status:state") == "down" }
        }
      }
    }

    /// Each attempt to open the device makes it for a moment, which the switch hears of.
    @Test func answersWhileADeviceCannotBeOpened() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        try daemon.apus("add-port br0 tap1 -- set interface tap1 type=tap mtu_request=65535")
        for _ in 0..<5 {
          let state = try daemon.interface("tap1", "status:state")
          #expect(state.hasPrefix("failed: ") && state.contains("MTU"), "\(state)")
        }
        try daemon.apus("set interface tap1 mtu_request=9000")
        try eventually("the port is up") { try daemon.interface("tap1", "status:state") == "up" }
      }
    }

    /// A device that the switch made must not be made anew for it: its addresses would be gone.
    @Test func setsTheMTUOfARunningDevice() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let first = try lab.host("h1")
        let second = try lab.host("h2")
        try daemon.addTAP("tap1", in: first, address: "10.0.0.1/24")
        try daemon.addTAP("tap2", in: second, address: "10.0.0.2/24")
        try daemon.apus(
          "set interface tap1 mtu_request=9000 mac=02:00:00:00:00:01 -- set interface tap2 mtu_request=9000")
        #expect(try daemon.interface("tap1", "mtu") == "9000")
        #expect(try first.ip("link show tap1").contains("02:00:00:00:00:01"))
        #expect(try first.startPing("10.0.0.2", "-c 1 -w 5 -M do -s 8972").wait().status == 0)
        #expect(try daemon.ofctl("OpenFlow13", "dump-ports-desc BRIDGE").output.contains("02:00:00:00:00:01"))

        try daemon.apus("set interface tap1 mtu_request=65535")
        #expect(try daemon.interface("tap1", "status:state").hasPrefix("failed: "))
        #expect(try first.reaches("10.0.0.2"))
        try daemon.apus("set interface tap1 mtu_request=1500")
        #expect(try daemon.interface("tap1", "status:state") == "up")
      }
    }

    @Test func followsTheMTUThatTheHostSets() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let first = try lab.host("h1")
        let second = try lab.host("h2")
        try daemon.addTAP("tap1", in: first, address: "10.0.0.1/24")
        try plug("wire", into: second, of: daemon, address: "10.0.0.2/24")
        try daemon.apus("add-port br0 wire")
        try daemon.namespace.ip("link set wire mtu 9000")
        try second.ip("link set wire mtu 9000")
        try first.ip("link set tap1 mtu 9000")
        for port in ["tap1", "wire"] {
          try eventually("the MTU of \(port) is noticed") { try daemon.interface(port, "mtu") == "9000" }
        }
        #expect(try first.startPing("10.0.0.2", "-c 1 -w 5 -M do -s 8972").wait().status == 0)
      }
    }

    @Test func keepsNumbersWhileOtherPortsComeAndGo() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        for name in ["a", "b", "c"] {
          try daemon.apus("add-port br0 \(name) -- set interface \(name) type=null")
        }
        let before = try ["a", "c"].map { try daemon.interface($0, "ofport") }
        try daemon.apus("del-port br0 b")
        try daemon.apus("add-port br0 d -- set interface d type=null ofport_request=40")
        try daemon.apus("set port a tag=5")
        #expect(try ["a", "c"].map { try daemon.interface($0, "ofport") } == before)
        #expect(try daemon.interface("d", "ofport") == "40")
      }
    }

    /// A TAP that another process holds cannot be opened; the port says so and the rest of the bridge works.
    @Test func saysThatADeviceIsHeldByAnother() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let other = try lab.daemon(in: daemon.namespace, bridge: "other")
        try other.apus("add-port other held -- set interface held type=tap")
        _ = try daemon.client("add-port br0 held -- set interface held type=tap")
        let state = try daemon.interface("held", "status:state")
        #expect(state.contains("another program holds the device"), "\(state)")
      }
    }

    /// Nothing that the switch made outlives it, and it starts again where it was stopped.
    @Test func leavesNothingBehind() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        try daemon.apus("add-port br0 tap1 -- set interface tap1 type=tap")
        let ended = try daemon.stop()
        #expect(ended.status == 0)
        #expect(try !daemon.namespace.ip("-brief link").contains("tap1"))
        let files = try Command.output(of: "ls \(daemon.runDirectory)")
        #expect(!files.contains(".sock") && !files.contains(".mgmt"), "\(files)")
      }
    }
  }
}
