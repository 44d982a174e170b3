import Testing

extension System {
  /// Live traces and last drops of the running switch.
  @Suite struct InsightTests {
    /// Two hosts; frames from one to the other's port 9 go a way of two tables, those to port 7 nowhere.
    private func twoHosts(_ body: (Lab, Daemon, _ sender: Namespace) throws -> Void) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try daemon.addHosts(1...2, in: lab)
        try daemon.apus("add-flow br0 cookie=0x77,priority=100,udp,tp_dst=9,actions=resubmit(,5),NORMAL")
        try daemon.apus("add-flow br0 table=5,priority=3,actions=dec_ttl")
        try daemon.apus("add-flow br0 cookie=0x78,priority=100,udp,tp_dst=7,actions=drop")
        #expect(try hosts[0].reaches("10.0.0.2"))
        try body(lab, daemon, hosts[0])
      }
    }

    private func send(_ count: Int, to port: Int, from host: Namespace, _ lab: Lab) throws {
      let script = lab.path("send.sh")
      let text = "for i in $(seq \(count)); do echo x >/dev/udp/10.0.0.2/\(port); done\n"
      try Command.output(of: "tee \(script)", input: text)
      let result = try host.start("bash \(script)").wait()
      #expect(result.status == 0, "\(result.errors)")
    }

    /// Waits until the daemon shows frames to whoever has just asked.
    private func watch(_ words: String, _ daemon: Daemon, _ lab: Lab) throws -> ChildProcess {
      let process = lab.keep(
        try Command.start("\(Daemon.programs)/apus --run-dir \(daemon.runDirectory) \(words)"))
      try process.waitForOutput("waiting for frames")
      return process
    }

    @Test func showsRealFramesAndEndsAfterSoMany() throws {
      try twoHosts { lab, daemon, sender in
        let live = try watch("trace --live udp,tp_dst=9 --count 2 br0", daemon, lab)
        try send(3, to: 9, from: sender, lab)
        let result = try live.wait()
        #expect(result.status == 0, "\(result.errors)")
        let text = result.output
        #expect(
          text.contains("Frame 1: ") && text.contains("Frame 2: ") && !text.contains("Frame 3: "), "\(text)")
        #expect(text.contains("that came in by tap1\nFlow: udp,"), "\(text)")
        #expect(text.contains(" 0. udp,tp_dst=9, priority 100, cookie 0x77\n    resubmit(,5)\n"), "\(text)")
        #expect(text.contains("     5. priority 3\n            dec_ttl\n    NORMAL\n"), "\(text)")
        #expect(text.contains("-> forwarding to learned port tap2"), "\(text)")
        #expect(text.contains("Datapath actions: set(ipv4(ttl=63)),tap2\n"), "\(text)")
      }
    }

    @Test func endsWhenItsTimeIsUp() throws {
      try twoHosts { lab, daemon, _ in
        let live = try watch("--timeout 1 trace --live tp_dst=1,udp br0", daemon, lab)
        let result = try live.wait()
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.isEmpty)
      }
    }

    /// There can be 16 at a time, so one that nobody listens to any more must be over.
    @Test func endsWhenNobodyListensAnyMore() throws {
      try twoHosts { lab, daemon, sender in
        for _ in 0..<20 { try watch("trace --live udp br0", daemon, lab).stop(signal: 9) }
        try eventually("there is room again") {
          let live = try watch("trace --live udp,tp_dst=9 --count 1 br0", daemon, lab)
          try send(1, to: 9, from: sender, lab)
          return try live.wait().output.contains("Frame 1: ")
        }
      }
    }

    @Test func saysWhyFramesWereDropped() throws {
      try twoHosts { lab, daemon, sender in
        try send(2, to: 7, from: sender, lab)
        try eventually("both frames are dropped") {
          try daemon.apus("dump-flows br0 udp,tp_dst=7").contains("n_packets=2,")
        }
        let text = try daemon.apus("why-dropped tap1 --count 2")
        let lines = text.split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines {
          #expect(line.contains("that came in by tap1 was dropped: the rules that matched send it nowhere"))
          #expect(line.contains("br0 table 0 'priority=100,udp,tp_dst=7' cookie 0x78."), "\(line)")
        }
        try daemon.apus("--strict del-flows br0 priority=100,udp,tp_dst=7")
        let later = try daemon.apus("why-dropped tap1 --count 1")
        #expect(later.contains("br0 table 0 a rule that is gone or changed meanwhile."), "\(later)")
        #expect(try daemon.appctl("why-dropped tap1").status == 0)
        #expect(try daemon.client("why-dropped nowhere").status == 1)
      }
    }

    @Test func printsTheRulesBehindCookies() throws {
      try twoHosts { lab, daemon, _ in
        let trace = try daemon.apus("ofproto/trace br0 in_port=tap1,udp,tp_dst=9")
        let text = try daemon.apus("detrace - br0", input: trace)
        #expect(text.contains("cookie 0x77\n   * br0: cookie=0x77,"), "\(text)")
        #expect(try daemon.appctl("ofproto/detrace 0x77 br0").output.contains("br0: cookie=0x77,"))
        #expect(
          try daemon.apus("detrace -", input: "a cookie=0x5 b\n").contains("* no rule has cookie 0x5 now\n"))
      }
    }
  }
}
