import Testing

extension System {
  /// Several workers and ports with several queues.
  @Suite struct WorkerTests {
    /// Two hosts on TAP ports with two queues each, and a daemon with two workers.
    private func twoHosts(
      options: String = "--workers 2",
      _ body: (Daemon, _ first: Namespace, _ second: Namespace) throws -> Void
    ) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon(options: options)
        let hosts = try (1...2).map { number in
          let host = try lab.host("h\(number)")
          try daemon.apus(
            "add-port br0 tap\(number) -- set interface tap\(number) type=tap options:netns=\(host.name) options:n_rxq=2"
          )
          try host.configure("tap\(number)", address: "10.0.0.\(number)/24")
          return host
        }
        try body(daemon, hosts[0], hosts[1])
      }
    }

    /// Frames that each worker says it has taken.
    private func frames(_ daemon: Daemon) throws -> [Int] {
      try daemon.apus("workers").matches(of: #/\n  frames: (\d+) in/#).compactMap { Int($0.1) }
    }

    @Test func shareTheConnectionsOfTwoHosts() throws {
      try twoHosts { daemon, first, second in
        let server = try second.startIperfServer()
        // Which queue a connection gets is the kernel's choice, by a hash that is another one each time.
        for _ in 0..<8 {
          try first.iperf("10.0.0.2", "--time 1 --parallel 4")
          if try frames(daemon).allSatisfy({ $0 > 100 }) { break }
        }
        let counts = try frames(daemon)
        #expect(counts.count == 2)
        let text = try daemon.apus("workers")
        #expect(counts.allSatisfy { $0 > 100 }, "\(text)")
        for queue in ["queue 0 of tap1", "queue 1 of tap1", "queue 0 of tap2", "queue 1 of tap2"] {
          #expect(text.contains(queue), "\(text)")
        }
        #expect(text.contains("in ns: receive "), "\(text)")
        try server.stop()
        // What came in is what the workers have taken.
        let received = try ["tap1", "tap2", "br0"].reduce(0) { sum, port in
          sum + (Int(try daemon.interface(port, "statistics:rx_packets")) ?? 0)
        }
        #expect(try frames(daemon).reduce(0, +) >= received)
      }
    }

    @Test func queuesMoveWithoutLosingAFrame() throws {
      try twoHosts(options: "--workers 2 --no-rebalance") { daemon, first, _ in
        #expect(try first.reaches("10.0.0.2"))
        let ping = try first.startPing("10.0.0.2", "-c 400 -i 0.005 -W 2")
        var turn = 0
        while ping.isRunning {
          turn += 1
          for port in ["tap1", "tap2"] {
            try daemon.apus(
              "set interface \(port) other_config:pmd-rxq-affinity=0:\(turn % 2),1:\((turn + 1) % 2)")
          }
        }
        let result = try ping.wait()
        #expect(result.output.contains(" 0% packet loss"), "\(result.output)")
        #expect(turn > 1)
        let text = try daemon.apus("workers")
        #expect(text.matches(of: #/, pinned/#).count == 4, "\(text)")
      }
    }

    @Test func areBoundToProcessors() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon(options: "--workers 2 --worker-cpus 0")
        let status = try Command.output(
          of: "grep -s -h -E ^(Name|Cpus_allowed_list): -r /proc/\(daemon.process.pid)/task --include=status")
        let lists = status.matches(of: #/Name:\s+apus-worker(\d)\nCpus_allowed_list:\s+(\S+)/#)
        let bound = Dictionary(lists.map { (String($0.1), String($0.2)) }) { one, _ in one }
        #expect(bound["0"] == "0", "\(status)")
        #expect(bound["1"] != nil, "\(status)")
        #expect(try daemon.apus("workers").contains("worker 0, on processor 0\n"))
        #expect(try daemon.apus("workers").contains("worker 1, on any processor\n"))
      }
    }

    @Test(arguments: [
      ("--workers 0", "neither a number from 1 to 64 nor 'auto'"),
      ("--workers many", "neither a number from 1 to 64 nor 'auto'"),
      ("--worker-cpus 0-", "not a list of processors"),
      ("--worker-cpus 1000", "may not run on processor 1000; allowed: 0"),
      ("--worker-cpus 0,1", "2 processors for 1 worker; say --workers 2"),
    ])
    func saysWhatIsWrongWithItsOptions(options: String, reason: String) throws {
      let result = try Command.run("\(Daemon.programs)/apusd --run-dir /tmp/apus-test-none \(options)")
      #expect(result.status != 0)
      #expect(result.errors.contains(reason), "\(result.errors)")
    }

    @Test func showThemselvesAsOpenVSwitchDoes() throws {
      try twoHosts { daemon, first, _ in
        #expect(try daemon.client("set interface tap1 other_config:pmd-rxq-affinity=0").status != 0)
        try daemon.apus("set interface tap1 other_config:pmd-rxq-affinity=0:1,1:1")
        #expect(try first.reaches("10.0.0.2"))
        let queues = try daemon.appctl("dpif-netdev/pmd-rxq-show").output
        #expect(
          queues.contains(#/core_id 1:\n  isolated : true\n(?s:.)*port: tap1 +queue-id: 0/#), "\(queues)")
        #expect(
          queues.contains(#/core_id 1:\n  isolated : true\n(?s:.)*port: tap1 +queue-id: 1/#), "\(queues)")
        #expect(try daemon.appctl("dpif-netdev/pmd-stats-show").output.contains("packets received: "))
        #expect(try daemon.appctl("dpif-netdev/pmd-rxq-rebalance").status == 0)
        #expect(try daemon.appctl("dpif-netdev/pmd-stats-clear").status == 0)
      }
    }

    /// Both ends of a veth pair with sockets that share its frames.
    @Test func fanFramesOfDevicesOut() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon(options: "--workers 2")
        let hosts = try (1...2).map { number in
          let host = try lab.host("h\(number)")
          try daemon.namespace.ip("link add v\(number) type veth peer name eth0 netns \(host.name)")
          try daemon.namespace.ip("link set v\(number) up")
          try host.configure("eth0", address: "10.0.0.\(number)/24")
          try daemon.apus("add-port br0 v\(number) -- set interface v\(number) options:n_rxq=2")
          return host
        }
        #expect(try hosts[0].reaches("10.0.0.2"))
        // No frame comes in twice, and none that the switch or its host has sent comes back.
        let before = try daemon.interface("v1", "statistics:rx_packets")
        let ping = try hosts[0].startPing("10.0.0.2", "-c 50 -i 0.005 -w 10").wait()
        #expect(ping.output.contains(" 0% packet loss"), "\(ping.output)")
        #expect(!ping.output.contains("duplicates"), "\(ping.output)")
        let after = try daemon.interface("v1", "statistics:rx_packets")
        let count = (Int(after) ?? 0) - (Int(before) ?? 0)
        // And perhaps questions for addresses.
        #expect((50...54).contains(count))
        let server = try hosts[1].startIperfServer()
        for _ in 0..<8 {
          try hosts[0].iperf("10.0.0.2", "--time 1 --parallel 4")
          if try frames(daemon).allSatisfy({ $0 > 100 }) { break }
        }
        let text = try daemon.apus("workers")
        #expect(try frames(daemon).allSatisfy { $0 > 100 }, "\(text)")
        try server.stop()
      }
    }

    /// The same through AF_XDP: a socket for each of the device's queues. All frames of all queues arrive, each is counted by
    /// its queue, and both workers have some.
    @Test func takeTheQueuesOfAFXDPPorts() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon(options: "--workers 2 --no-rebalance")
        let hosts = try (1...2).map { number in
          let host = try lab.host("h\(number)")
          try daemon.namespace.ip(
            "link add v\(number) numrxqueues 2 numtxqueues 2 type veth peer name eth0 numrxqueues 2 numtxqueues 2 netns \(host.name)"
          )
          for (namespace, device) in [(daemon.namespace, "v\(number)"), (host, "eth0")] {
            #expect(try namespace.run("ethtool -L \(device) rx 2 tx 2").status == 0)
          }
          #expect(
            try host.run("ethtool -K eth0 tx off txvlan off tx-vlan-stag-hw-insert off").status == 0)
          try daemon.namespace.ip("link set v\(number) up")
          try host.configure("eth0", address: "10.0.0.\(number)/24")
          try daemon.apus(
            "add-port br0 v\(number) -- set interface v\(number) type=afxdp options:n_rxq=2 "
              + "other_config:pmd-rxq-affinity=0:0,1:1")
          return host
        }
        #expect(try !daemon.apus("show").contains("warning"))
        #expect(try hosts[0].reaches("10.0.0.2"))
        let server = try hosts[1].startIperfServer()
        // Which queue a connection gets is the kernel's choice, by a hash that is another one each time.
        for _ in 0..<8 {
          try hosts[0].iperf("10.0.0.2", "--bytes 2M --parallel 8")
          if try queueFrames(daemon).values.allSatisfy({ $0 > 10 }) { break }
        }
        try server.stop()
        let text = try daemon.apus("workers")
        for queue in ["queue 0 of v1", "queue 1 of v1", "queue 0 of v2", "queue 1 of v2"] {
          #expect(text.matches(of: try Regex("\(queue): .*, pinned")).count == 1, "\(text)")
        }
        try eventually("what came by the queues of a port is what the port has received") {
          let frames = try queueFrames(daemon)
          return try ["v1", "v2"].allSatisfy { port in
            let received = try Int(daemon.interface(port, "statistics:rx_packets")) ?? -1
            return try (frames["0 of \(port)"] ?? 0) + (frames["1 of \(port)"] ?? 0) == received
              && daemon.interface(port, "statistics:rx_errors") == "0"
          }
        }
        #expect(try queueFrames(daemon).count == 4)
        #expect(try queueFrames(daemon).values.allSatisfy { $0 > 10 }, "\(text)")
        #expect(try frames(daemon).allSatisfy { $0 > 20 }, "\(text)")
      }
    }

    /// Frames that came by each queue of a device `vN`.
    private func queueFrames(_ daemon: Daemon) throws -> [String: Int] {
      let found = try daemon.apus("workers").matches(of: #/queue (\d of v\d): (\d+) frames/#)
      return Dictionary(found.map { (String($0.1), Int($0.2) ?? 0) }) { one, _ in one }
    }

    @Test func refuseADeviceWithASingleQueue() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        try daemon.namespace.ip("tuntap add dev one mode tap")
        try daemon.apus("add-port br0 one -- set interface one type=tap options:n_rxq=2")
        let error = try daemon.apus("get interface one error")
        #expect(error.contains("IFF_MULTI_QUEUE"), "\(error)")
        #expect(error.contains("ip tuntap del dev one mode tap"), "\(error)")
      }
    }
  }
}
