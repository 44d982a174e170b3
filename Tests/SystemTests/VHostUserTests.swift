import Glibc
import Testing

extension System {
  /// Ports of type vhost-user with DPDK's driver at the other end.
  @Suite struct VHostUserTests {
    /// Starts testpmd with a device at each of two sockets; it passes frames from one to the other, or does what `forwarding`
    /// says.
    private func startTestpmd(
      _ lab: Lab, of daemon: Daemon, _ sockets: [String], options: String,
      forwarding: String = "io --tx-first"
    ) throws -> ChildProcess {
      let devices = sockets.enumerated().map { number, socket in
        "--vdev=net_virtio_user\(number),path=\(socket),queue_size=256\(options)"
      }
      return lab.keep(
        try Command.start(
          "dpdk-testpmd --lcores 0@0,1@1 --no-huge -m 128 --no-pci --no-shconf --no-telemetry "
            + "--file-prefix \(daemon.runDirectory.split(separator: "/").joined()) \(devices.joined(separator: " ")) -- --total-num-mbufs=4096 "
            + "--forward-mode=\(forwarding) --auto-start --stats-period 1"))
    }

    private func received(_ daemon: Daemon, _ port: String) throws -> Int {
      Int(try daemon.interface(port, "statistics:rx_packets")) ?? 0
    }

    private func expectTraffic(_ daemon: Daemon, _ ports: [String]) throws {
      for port in ports {
        let before = try received(daemon, port)
        try eventually("frames come by \(port)", seconds: 60) { try received(daemon, port) > before }
      }
    }

    private func add(
      _ ports: [String], to daemon: Daemon, options: String, in directory: String? = nil
    ) throws {
      for port in ports {
        let socket = "\(directory ?? daemon.runDirectory)/\(port)"
        _ = try daemon.client(
          "add-port br0 \(port) -- set interface \(port) type=vhost-user options:socket=\(socket) \(options)")
      }
      try daemon.apus("del-flows br0")
      try daemon.apus("add-flow br0 in_port=\(ports[0]),actions=output:\(ports[1])")
      try daemon.apus("add-flow br0 in_port=\(ports[1]),actions=output:\(ports[0])")
    }

    /// A front end that is killed is gone, the next one is served.
    @Test(arguments: ["", ",packed_vq=1", ",mrg_rxbuf=0", ",queues=2"])
    func servesOneFrontEndAfterTheOther(options: String) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let ports = ["vm1", "vm2"]
        try add(ports, to: daemon, options: "options:n_rxq=2")
        for port in ports {
          #expect(
            try daemon.interface(port, "status:state")
              == "waiting: no front end has connected to \(daemon.runDirectory)/\(port)")
        }
        for _ in 0..<2 {
          let driver = try startTestpmd(
            lab, of: daemon, ports.map { "\(daemon.runDirectory)/\($0)" }, options: options)
          try expectTraffic(daemon, ports)
          for port in ports { #expect(try daemon.interface(port, "status:state") == "up") }
          try driver.stop(signal: SIGKILL)
          for port in ports {
            try eventually("\(port) is gone") {
              try daemon.interface(port, "status:state") == "gone: the front end closed the connection"
            }
          }
        }
        // Nothing that a front end did was taken for a lie.
        for port in ports { #expect(try daemon.interface(port, "statistics:rx_errors") == "0") }
      }
    }

    /// A switch that is killed under traffic is followed by one that goes on in the rings.
    @Test(arguments: ["", ",packed_vq=1", ",queues=2"])
    func servesWhomAKilledSwitchHasServed(options: String) throws {
      try Lab.run { lab in
        let ports = ["vm1", "vm2"]
        let directory = lab.path("sockets")
        try Command.output(of: "mkdir \(directory)")
        var daemon = try lab.daemon()
        let driver = try startTestpmd(
          lab, of: daemon, ports.map { "\(directory)/\($0)" }, options: ",server=1\(options)",
          forwarding: "flowgen")
        for round in 0..<2 {
          try add(ports, to: daemon, options: "options:mode=client options:n_rxq=2", in: directory)
          try expectTraffic(daemon, ports)
          for port in ports {
            #expect(try daemon.interface(port, "status:state") == "up")
            #expect(try daemon.interface(port, "statistics:rx_errors") == "0")
            let sent = Int(try daemon.interface(port, "statistics:tx_packets")) ?? 0
            #expect(sent > 0)
          }
          guard round == 0 else { break }
          try daemon.process.stop(signal: SIGKILL)
          daemon = try lab.daemon()
        }
        #expect(driver.isRunning)
      }
    }

    /// Of what was in flight in a switch that was killed, each descriptor comes back from the next one, once.
    @Test(arguments: InflightFrontEnd.Rings.allCases)
    func losesNoDescriptorWhenKilled(rings: InflightFrontEnd.Rings) throws {
      try Lab.run { lab in
        let socket = lab.path("vm1.sock")
        let frontEnd = try InflightFrontEnd.start(rings, at: socket, in: lab)
        var killed = 0
        while frontEnd.isRunning {
          let daemon = try lab.daemon()
          // Before there is a port: none of its frames goes another way.
          try daemon.apus("del-flows br0 -- add-flow br0 actions=in_port")
          // It may be killed before it has answered.
          _ = try daemon.client(
            "add-port br0 vm1 -- set interface vm1 type=vhost-user options:mode=client options:socket=\(socket)"
          )
          killed += 1
          try eventually("it has killed \(killed)", seconds: 90) {
            !frontEnd.isRunning || frontEnd.output.contains("killed \(killed)\n")
          }
        }
        let result = try frontEnd.wait()
        #expect(result.status == 0, "\(result.output)\(result.errors)")
      }
    }

    /// Whatever a front end does, it is alone with it: another port's frames go on, by the same worker.
    @Test(arguments: HostileFrontEnd.Deed.allCases)
    func holdsUpNobodyElse(deed: HostileFrontEnd.Deed) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try daemon.addHosts(1...2, in: lab)
        let socket = "\(daemon.runDirectory)/vm1"
        try daemon.apus("add-port br0 vm1 -- set interface vm1 type=vhost-user options:socket=\(socket)")
        #expect(try hosts[0].reaches("10.0.0.2"))
        let frontEnd = try HostileFrontEnd.start(deed, at: socket, in: lab)
        let ping = try hosts[0].startPing("10.0.0.2", "-c 100 -i 0.01 -w 20")
        try frontEnd.waitForOutput("done")
        let result = try ping.wait()
        #expect(result.output.contains(" 0% packet loss"), "\(result.output)\(result.errors)")
        let expected = deed == .fullEvent ? "up" : "failed: ring 1: \(deed.rawValue)"
        try eventually("vm1 is \(expected)") { try daemon.interface("vm1", "status:state") == expected }
        if deed == .fullEvent { #expect(try received(daemon, "vm1") == 499) }
      }
    }

    /// A file that does not close holds up neither the commands nor other ports, and not the port's next front end for ever.
    @Test func waitsForNoFileToClose() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try daemon.addHosts(1...2, in: lab)
        let socket = "\(daemon.runDirectory)/vm1"
        let add = "add-port br0 vm1 -- set interface vm1 type=vhost-user options:socket=\(socket)"
        try daemon.apus(add)
        let frontEnd = try SlowFileFrontEnd.start(at: socket, in: lab)
        try frontEnd.waitForOutput("slow")
        let reason =
          "gone: the front end sent file after file that does not close; refused was 35184372088832 bytes of memory, "
          + "and 17592186044416 is the most; a file that it sent does not close"
        try eventually(reason) { try daemon.interface("vm1", "status:state") == reason }
        #expect(try hosts[0].reaches("10.0.0.2"))
        try daemon.apus("del-port br0 vm1")
        try daemon.apus(add)
        try HostileFrontEnd.start(.fullEvent, at: socket, in: lab).waitForOutput("done")
        #expect(try daemon.interface("vm1", "status:state") == "up")
        // With the server the last of its files closes, and the switch can end.
        try frontEnd.stop(signal: SIGKILL)
      }
    }
  }
}
