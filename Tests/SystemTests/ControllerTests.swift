import Glibc
import Testing

extension System {
  /// Real controllers, real TLS.
  @Suite struct ControllerTests {
    typealias Transport = ControllerProgram.Transport

    /// Hosts on the ports of these numbers of a bridge that controllers know as 1.
    private func hosts(_ numbers: ClosedRange<Int>, _ body: (Lab, Daemon, [Namespace]) throws -> Void) throws
    {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        try daemon.apus("set bridge br0 other_config:datapath-id=1")
        let hosts = try daemon.addHosts(numbers, in: lab)
        try body(lab, daemon, hosts)
      }
    }

    private func useCertificates(_ certificates: Certificates, on daemon: Daemon) throws {
      try daemon.apus(
        """
        set-ssl \(certificates.key("switch")) \(certificates.certificate("switch")) \
        \(certificates.certificate("ca"))
        """)
    }

    /// Makes a controller on 127.0.0.1 the bridge's and waits until it is there.
    private func connect(_ daemon: Daemon, over transport: Transport, to program: ChildProcess) throws {
      try daemon.apus("set-controller br0 \(transport):127.0.0.1")
      try daemon.apus("set controller br0 max_backoff=1000")
      try waitForController(daemon, program)
    }

    private func waitForController(_ daemon: Daemon, _ program: ChildProcess) throws {
      try eventually("a connection; the controller wrote: \(program.output)\(program.errors)", seconds: 30) {
        try daemon.apus("get controller br0 is_connected") == "true\n"
      }
    }

    // MARK: os-ken

    @Test(arguments: Transport.allCases)
    func anOSKenApplicationSwitches(over transport: Transport) throws {
      try hosts(1...2) { lab, daemon, hosts in
        let certificates = transport == .ssl ? try Certificates(lab) : nil
        if let certificates { try useCertificates(certificates, on: daemon) }
        func start() throws -> ChildProcess {
          try ControllerProgram.startOSKen(
            ControllerProgram.learningSwitch, in: daemon.namespace, of: lab, over: transport, certificates)
        }
        let first = try start()
        try connect(daemon, over: transport, to: first)
        let snoop = lab.keep(
          try Command.start(
            "env OVS_RUNDIR=\(daemon.runDirectory) ovs-ofctl snoop unix:\(daemon.runDirectory)/br0.snoop"
          ))
        try eventually("the application's first rule") {
          try daemon.apus("dump-flows br0 --no-stats").contains("priority=0 actions=CONTROLLER:65535")
        }
        #expect(try hosts[0].reaches("10.0.0.2"))
        try eventually("rules for both directions") {
          try daemon.apus("dump-flows br0 --no-stats").split(separator: "priority=1,").count == 3
        }
        // What passes before the snoop is there is not copied, so it is made to happen again.
        try eventually(
          "copies of both directions; ovs-ofctl wrote: \(snoop.errors)", seconds: 30
        ) {
          try daemon.apus("del-flows br0 in_port=1 -- del-flows br0 in_port=2")
          _ = try hosts[0].startPing("10.0.0.2", "-c 1 -w 1").wait()
          let text = snoop.errors
          return text.contains("OFPT_PACKET_IN (OF1.3)") && text.contains("OFPT_PACKET_OUT (OF1.3)")
        }

        _ = try first.stop(signal: SIGKILL)
        try eventually("the end of the connection") {
          try daemon.apus("get controller br0 is_connected") == "false\n"
        }
        try waitForController(daemon, try start())
        #expect(try hosts[1].reaches("10.0.0.1"))
      }
    }

    /// Without its controller a standalone bridge switches by itself, whatever its rules say, until one is back.
    @Test func standsAloneWithoutItsController() throws {
      try hosts(1...2) { lab, daemon, hosts in
        func start() throws -> ChildProcess {
          try ControllerProgram.startOSKen(
            ControllerProgram.learningSwitch, in: daemon.namespace, of: lab, over: .tcp, nil)
        }
        let first = try start()
        try connect(daemon, over: .tcp, to: first)
        try daemon.apus("set controller br0 inactivity_probe=500")
        try daemon.apus("add-flow br0 priority=65535,actions=drop")
        #expect(try hosts[0].startPing("10.0.0.2", "-c 1 -w 1").wait().status != 0)
        _ = try first.stop(signal: SIGKILL)
        try eventually("standalone switching") { try daemon.apus("show").contains("    standalone: ") }
        // The host asked for the address in vain and says so to the next ping or two.
        try eventually("an answer") { try hosts[0].reaches("10.0.0.2") }
        #expect(try daemon.apus("dump-flows br0").contains("priority=65535 actions=drop"))
        try waitForController(daemon, try start())
        try eventually("the controller's rule") { try !daemon.apus("show").contains("    standalone: ") }
        #expect(try hosts[0].startPing("10.0.0.2", "-c 1 -w 1").wait().status != 0)
      }
    }

    /// The controller is behind the switch that it controls, and no rule lets the connection through.
    @Test func reachesAControllerThroughTheBridgeItself() throws {
      try hosts(1...3) { lab, daemon, hosts in
        try daemon.namespace.configure("br0", address: "10.0.0.254/24")
        try daemon.apus("set-fail-mode br0 secure")
        let program = try ControllerProgram.startOSKen(
          ControllerProgram.learningSwitch, in: hosts[0], of: lab, over: .tcp, address: "10.0.0.1", nil)
        try daemon.apus("set-controller br0 tcp:10.0.0.1 -- set controller br0 max_backoff=1000")
        try eventually("a reason") {
          try daemon.apus("get controller br0 status").contains("no answer within 1 s")
        }
        try daemon.apus("set controller br0 connection_mode=in-band")
        try waitForController(daemon, program)
        #expect(try hosts[1].reaches("10.0.0.3"))
      }
    }

    // MARK: Faucet

    private static let faucetConfiguration = """
      vlans:
        office: {vid: 100}
        guests: {vid: 200}
      acls:
        no-web:
          - rule: {dl_type: 0x800, nw_proto: 6, tcp_dst: 8080, actions: {allow: 0}}
          - rule: {actions: {allow: 1}}
      dps:
        switch:
          dp_id: 1
          hardware: "Open vSwitch"
          interfaces:
            1: {name: tap1, native_vlan: office, acls_in: [no-web]}
            2: {name: tap2, native_vlan: office}
            3: {name: tap3, native_vlan: guests}
            4: {name: tap4, native_vlan: guests}
            5: {name: tap5, output_only: true, mirror: [tap1]}

      """

    @Test(arguments: Transport.allCases)
    func faucetSwitches(over transport: Transport) throws {
      try hosts(1...5) { lab, daemon, hosts in
        let certificates = transport == .ssl ? try Certificates(lab) : nil
        if let certificates { try useCertificates(certificates, on: daemon) }
        let faucet = try ControllerProgram.startFaucet(
          Self.faucetConfiguration, in: daemon.namespace, of: lab, over: transport, certificates)
        try connect(daemon, over: transport, to: faucet)
        try eventually("Faucet's rules; it wrote: \(faucet.output)\(faucet.errors)", seconds: 30) {
          let rules = try daemon.apus("dump-flows br0 --no-stats")
          return rules.contains("table=1") && rules.contains("tp_dst=8080 actions=drop")
            && rules.contains("dl_vlan=200,dl_dst=ff:ff:ff:ff:ff:ff")
        }
        // Within a VLAN, and not from one to the other.
        #expect(try hosts[0].reaches("10.0.0.2"))
        #expect(try hosts[2].reaches("10.0.0.4"))
        #expect(try hosts[0].startPing("10.0.0.3", "-c 1 -w 1").wait().status != 0)
        try eventually("learned hosts") {
          try daemon.apus("dump-flows br0 table=3 --no-stats").contains("dl_vlan=100,dl_dst=")
        }
        // The mirror sees what the first host sends and gets.
        let capture = lab.keep(try hosts[4].start("tcpdump -l -n -i tap5 -c 2 icmp"))
        try capture.waitForOutput("listening on")
        #expect(try hosts[0].reaches("10.0.0.2"))
        let seen = try capture.wait()
        #expect(seen.output.contains("10.0.0.1 > 10.0.0.2: ICMP echo request"))
        #expect(seen.output.contains("10.0.0.2 > 10.0.0.1: ICMP echo reply"))
        // The ACL takes one TCP port away.
        for port in [8080, 8081] { _ = lab.keep(try hosts[1].startIperfServer("--port \(port)")) }
        try hosts[0].iperf("10.0.0.2", "--port 8081 --bytes 1K")
        let refused = try hosts[0].run("iperf3 --client 10.0.0.2 --connect-timeout 500 --port 8080")
        #expect(refused.status != 0)
        #expect(!faucet.output.contains("OFPErrorMsg"), "\(faucet.output)")
      }
    }

    // MARK: TLS

    /// What the switch shows and what the other side shows, and what is said of it.
    static let refusals = [
      ("switch", "stranger", "TLS: the controller's certificate is not signed by the CA certificate"),
      ("switch", "expired", "TLS: the controller's certificate has expired"),
      ("stranger", "controller", "TLS: the controller does not know the CA that signed our certificate"),
      ("expired", "controller", "TLS: the controller says that our certificate has expired"),
    ]

    @Test(arguments: refusals)
    func refusesWhomItCannotTrust(own: String, peers: String, reason: String) throws {
      try Lab.run { lab in
        let certificates = try Certificates(lab)
        let daemon = try lab.daemon()
        let server = lab.keep(
          try daemon.namespace.start(
            """
            openssl s_server -quiet -accept 6653 -cert \(certificates.certificate(peers)) \
            -key \(certificates.key(peers)) -CAfile \(certificates.certificate("ca")) -Verify 1 \
            -verify_return_error
            """))
        try daemon.apus(
          """
          set-ssl \(certificates.key(own)) \(certificates.certificate(own)) \(certificates.certificate("ca")) \
          -- set-controller br0 ssl:127.0.0.1 -- set controller br0 max_backoff=1000
          """)
        try eventually("'\(reason)'; openssl wrote: \(server.output)\(server.errors)") {
          try daemon.apus("get controller br0 status:last_error").contains(reason)
        }
        #expect(try daemon.apus("get controller br0 is_connected") == "false\n")
      }
    }

    /// What is wrong with the files is said by the command that names them.
    @Test func warnsOfFilesThatCannotBeUsed() throws {
      try Lab.run { lab in
        let certificates = try Certificates(lab)
        let daemon = try lab.daemon()
        let (key, own, authority) = (
          certificates.key("switch"), certificates.certificate("switch"), certificates.certificate("ca")
        )
        for (files, reason) in [
          ("/none \(own) \(authority)", "private key /none: No such file or directory"),
          ("\(key) \(lab.path("")) \(authority)", "Is a directory"),
          ("\(own) \(own) \(authority)", "private key \(own): holds no key in PEM without a password"),
          ("\(key) \(key) \(authority)", "certificate \(key): holds no certificate in PEM"),
          ("\(key) \(own) \(key)", "CA certificate \(key): holds no certificate in PEM"),
          (
            "\(certificates.key("controller")) \(own) \(authority)",
            "private key \(certificates.key("controller")) does not belong to certificate \(own)"
          ),
        ] {
          let result = try daemon.client("set-ssl \(files)")
          #expect(result.status == 0 && result.errors.contains(reason), "\(result.errors)")
        }
        let fine = try daemon.client("set-ssl \(key) \(own) \(authority)")
        #expect(fine.errors.isEmpty)
        let missing = try daemon.client("del-ssl -- set-controller br0 ssl:192.0.2.1")
        #expect(missing.errors.contains("controller 'ssl:192.0.2.1': waits for key and certificates"))
      }
    }

    /// The files may change; the next connection is made with what they hold then.
    @Test func readsTheFilesAgain() throws {
      try Lab.run { lab in
        let certificates = try Certificates(lab)
        let daemon = try lab.daemon()
        let (key, certificate) = (lab.path("renewed.key"), lab.path("renewed.pem"))
        func install(_ name: String) throws {
          try Command.output(of: "cp \(certificates.key(name)) \(key)")
          try Command.output(of: "cp \(certificates.certificate(name)) \(certificate)")
        }
        try install("expired")
        let program = try ControllerProgram.startOSKen(
          ControllerProgram.learningSwitch, in: daemon.namespace, of: lab, over: .ssl, certificates)
        try daemon.apus(
          """
          set-ssl \(key) \(certificate) \(certificates.certificate("ca")) \
          -- set-controller br0 ssl:127.0.0.1 -- set controller br0 max_backoff=1000
          """)
        try eventually("a refusal", seconds: 30) {
          try daemon.apus("get controller br0 status:last_error").contains("our certificate has expired")
        }
        try install("switch")
        try waitForController(daemon, program)
      }
    }

    /// Connections that others make, with the real client; a stranger gets none.
    @Test func waitsForControllers() throws {
      try Lab.run { lab in
        let certificates = try Certificates(lab)
        let daemon = try lab.daemon()
        try useCertificates(certificates, on: daemon)
        let socket = lab.path("controller.sock")
        try daemon.apus("set-controller br0 ptcp:6653:127.0.0.1 pssl:6654 punix:\(socket)")
        func show(_ target: String, as name: String) throws -> CommandResult {
          try daemon.namespace.run(
            """
            ovs-ofctl -O OpenFlow13 --timeout=10 -p \(certificates.key(name)) \
            -c \(certificates.certificate(name)) -C \(certificates.certificate("ca")) show \(target)
            """)
        }
        for target in ["tcp:127.0.0.1:6653", "ssl:127.0.0.1:6654", "unix:\(socket)"] {
          let result = try show(target, as: "controller")
          #expect(result.status == 0 && result.output.contains("OFPT_FEATURES_REPLY"), "\(target): \(result)")
        }
        #expect(try show("ssl:127.0.0.1:6654", as: "stranger").status != 0)
        #expect(
          try daemon.apus("get controller pssl:6654 status:last_error").contains(
            "the controller's certificate is not signed by the CA certificate"))
        // They are service controllers: no matter for the fail mode, and the bridge goes on switching.
        #expect(try daemon.apus("dump-flows br0 --no-stats") == " priority=0 actions=NORMAL\n")
        try daemon.apus("del-controller br0")
        #expect(try show("unix:\(socket)", as: "controller").status != 0)
      }
    }
  }
}
