import Testing

extension System {
  /// The real `ovs-appctl` on the management socket.
  @Suite struct AppctlTests {
    @Test func speaksToTheRealClient() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let commands = try daemon.appctl("list-commands")
        #expect(commands.status == 0, "\(commands.errors)")
        for name in ["fdb/show", "fdb/flush", "version"] { #expect(commands.output.contains(name)) }
        let version = try daemon.appctl("version")
        #expect(version.output.contains("apusd"), "\(version.output)")
        let nonsense = try daemon.appctl("no-such-command")
        #expect(nonsense.status == 2)
        #expect(nonsense.errors.contains("no-such-command"), "\(nonsense.errors)")
      }
    }

    @Test func managesTheForwardingDatabase() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try (1...2).map { number in
          let host = try lab.host("h\(number)")
          try daemon.addTAP("tap\(number)", in: host, address: "10.0.0.\(number)/24", settings: "tag=10")
          try host.ip("link set tap\(number) address 02:00:00:00:00:0\(number)")
          return host
        }
        #expect(try hosts[0].reaches("10.0.0.2"))
        let learned = try daemon.appctl("fdb/show br0")
        for number in 1...2 {
          let line = learned.output.split(separator: "\n").first { $0.contains("02:00:00:00:00:0\(number)") }
          let words = line?.split(separator: " ").map(String.init) ?? []
          let port = try daemon.interface("tap\(number)", "ofport")
          #expect(words.prefix(2) == [port, "10"], "\(learned.output)")
        }

        #expect(try daemon.appctl("fdb/add br0 tap2 10 02:00:00:00:00:77").status == 0)
        #expect(try daemon.appctl("fdb/show br0").output.contains("02:00:00:00:00:77"))
        #expect(try daemon.appctl("fdb/del br0 10 02:00:00:00:00:77").status == 0)
        #expect(try !daemon.appctl("fdb/show br0").output.contains("02:00:00:00:00:77"))
        #expect(try daemon.appctl("fdb/stats-show br0").status == 0)
        #expect(try daemon.appctl("fdb/flush br0").status == 0)
        #expect(try !daemon.appctl("fdb/show br0").output.contains("02:00:00:00:00:01"))
        #expect(try daemon.appctl("fdb/show nowhere").status == 2)
      }
    }
  }
}
