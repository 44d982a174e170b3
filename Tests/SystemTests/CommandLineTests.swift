import Glibc
import Testing

extension System {
  /// `apus` as people and scripts meet it.
  @Suite struct CommandLineTests {
    @Test func appliesOneTransactionOrNothing() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let result = try daemon.client(
          "add-port br0 p1 -- set interface p1 type=null -- set port p1 tag=4096")
        #expect(result.status == 1)
        #expect(result.errors.contains("4096"), "\(result.errors)")
        #expect(try daemon.apus("list-ports br0").isEmpty)
        try daemon.apus("add-port br0 p1 -- set interface p1 type=null -- set port p1 tag=4095")
        #expect(try daemon.apus("list-ports br0") == "p1\n")
        #expect(try daemon.apus("get port p1 tag") == "4095\n")
      }
    }

    @Test func putsACaretUnderTheFault() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let result = try daemon.client("add-flow br0 priority=100,tcp,tp_dts=80,actions=drop")
        #expect(result.status == 1)
        #expect(result.errors.contains("tp_dst"), "the nearest name is missing in: \(result.errors)")
        #expect(result.errors.contains("^"), "\(result.errors)")
        #expect(try !daemon.apus("dump-flows br0").contains("priority=100"))
      }
    }

    /// The caret of a file of rules says where, too; none of its rules are there afterwards.
    @Test func namesLineAndColumnOfAFile() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let rules = "priority=7,arp,actions=normal\n# a remark\npriority=7,ip,actions=outptu:1\n"
        let result = try daemon.client("add-flows br0 -", input: rules)
        #expect(result.status == 1)
        #expect(result.errors.contains("3:"), "\(result.errors)")
        #expect(try !daemon.apus("dump-flows br0").contains("priority=7"))
      }
    }

    /// Nobody but the owner and the group may talk to the daemon.
    @Test func keepsItsSocketsToOwnerAndGroup() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        #expect(try Command.output(of: "stat -c %a \(daemon.runDirectory)") == "750\n")
        #expect(try Command.output(of: "stat -c %a \(daemon.managementSocket)") == "660\n")
      }
    }

    @Test(arguments: ["1001", "-1", "soon"]) func refusesToPollForSoLong(value: String) throws {
      try Lab.run { lab in
        let result = try Command.run(
          "\(Daemon.programs)/apusd --run-dir \(lab.path("run")) --busy-poll=\(value)", seconds: 10)
        #expect(result.status == 64)
        #expect(result.errors.contains("'\(value)'"), "\(result.errors)")
        #expect(result.errors.contains("0 to 1000"), "\(result.errors)")
      }
    }

    @Test func doesNotHangWithoutADaemon() throws {
      try Lab.run { lab in
        let result = try Command.run(
          "\(Daemon.programs)/apus --run-dir \(lab.path("nothing")) show", seconds: 10)
        #expect(result.status == 1)
        #expect(result.errors.contains(lab.path("nothing")), "\(result.errors)")
      }
    }

    @Test(arguments: ["show", "list interface", "dump-flows br0", "fdb/show br0", "drops", "dump-ports br0"])
    func answersInJSON(command: String) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let result = try daemon.client("--json \(command)")
        #expect(result.status == 0)
        let first = result.output.first
        #expect(first == "{" || first == "[", "\(result.output)")
      }
    }

    @Test func explainsEveryCommand() throws {
      let overview = try Command.output(of: "\(Daemon.programs)/apus --help")
      for name in ["add-br", "add-port", "set", "add-flow", "dump-flows", "fdb/show", "drops", "show"] {
        #expect(overview.contains(name))
        let page = try Command.output(of: "\(Daemon.programs)/apus help \(name)")
        #expect(page.contains(name))
      }
      #expect(try Command.output(of: "\(Daemon.programs)/apusd --help").contains("--run-dir"))
    }

    @Test func monitorsABridge() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let host = try lab.host("h1")
        try daemon.addTAP("tap1", in: host, address: "10.0.0.1/24")
        try daemon.apus("add-flow br0 priority=100,arp,actions=controller")
        let monitor = lab.keep(
          try Command.start("\(Daemon.programs)/apus --run-dir \(daemon.runDirectory) monitor br0"))
        try eventually("the monitor sees the request") {
          _ = try host.startPing("10.0.0.66", "-c 1 -w 1").wait()
          return monitor.output.contains("arp_tpa=10.0.0.66")
        }
        try daemon.apus("del-port br0 tap1")
        try monitor.waitForOutput("DEL: 1(tap1)")
        let refused = try daemon.client("monitor br9")
        #expect(refused.status == 1 && refused.errors.contains("no bridge 'br9'"), "\(refused)")
      }
    }

    @Test func startsBehindADaemonThatWasKilled() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let left = try daemon.process.stop(signal: SIGKILL)
        #expect(left.status != 0)
        let next = try Daemon(in: daemon.namespace, runDirectory: daemon.runDirectory)
        #expect(try next.apus("list-br") == "")
        let files = try Command.output(of: "ls \(daemon.runDirectory)")
        #expect(!files.contains("br0.mgmt"), "\(files)")
        try next.apus("add-br br0")
        #expect(try next.ofctl("OpenFlow13", "dump-flows BRIDGE").status == 0)
        try next.stop()
      }
    }

    @Test func refusesASecondDaemonInTheSameDirectory() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let second = try daemon.namespace.run("\(Daemon.programs)/apusd --run-dir \(daemon.runDirectory)")
        #expect(second.status != 0)
        #expect(try daemon.client("version").status == 0)
      }
    }
  }
}
