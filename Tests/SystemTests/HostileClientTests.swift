import Testing

extension System {
  /// Clients that do what no client should. Frames, other clients and the daemon must not notice.
  @Suite struct HostileClientTests {
    enum Socket: String, CaseIterable {
      case management = "apusd.sock"
      case openFlow = "br0.mgmt"
    }

    /// A ping of some seconds runs through the switch while `attack` goes on; no reply may be lost, and the
    /// daemon must answer a proper client during and after it.
    private func survives(_ socket: Socket, _ attack: (_ path: String, _ daemon: Daemon) throws -> Void)
      throws
    {
      UnixConnection.raiseFileLimit()
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let hosts = try daemon.addHosts(1...2, in: lab)
        #expect(try hosts[0].reaches("10.0.0.2"))
        let ping = try hosts[0].startPing("10.0.0.2", "-c 100 -i 0.01 -w 20")
        try attack("\(daemon.runDirectory)/\(socket.rawValue)", daemon)
        let result = try ping.wait()
        #expect(result.output.contains(" 0% packet loss"), "\(result.output)")
        #expect(try daemon.client("version").status == 0)
        #expect(daemon.process.isRunning)
      }
    }

    private func connect(_ path: String) throws -> UnixConnection {
      guard let connection = UnixConnection(path) else {
        throw CommandFailure(command: "connect \(path)", reason: "refused")
      }
      return connection
    }

    @Test(arguments: Socket.allCases)
    func sendsGarbage(socket: Socket) throws {
      try survives(socket) { path, _ in
        var state: UInt64 = 0x1234_5678
        for _ in 0..<100 {
          var bytes: [UInt8] = []
          for _ in 0..<1000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes.append(UInt8(truncatingIfNeeded: state >> 56))
          }
          let connection = try connect(path)
          connection.send(bytes)
        }
      }
    }

    @Test(arguments: Socket.allCases)
    func sendsZeros(socket: Socket) throws {
      try survives(socket) { path, _ in
        for _ in 0..<10 {
          let connection = try connect(path)
          connection.send(Array(repeating: 0, count: 65_536))
        }
      }
    }

    /// Starts a message, never ends it, and meanwhile others are served.
    @Test(arguments: Socket.allCases)
    func sendsSlowly(socket: Socket) throws {
      try survives(socket) { path, daemon in
        let connection = try connect(path)
        let start: [UInt8] = socket == .management ? Array(#"{"method":"vers"#.utf8) : [4, 0, 0, 16, 0]
        for byte in start {
          connection.send([byte])
          #expect(try daemon.client("version").status == 0)
        }
      }
    }

    @Test(arguments: Socket.allCases)
    func opensAThousandConnections(socket: Socket) throws {
      try survives(socket) { path, daemon in
        let connections = ConnectionList()
        for _ in 0..<1000 {
          guard let connection = UnixConnection(path) else { break }
          connections.append(connection)
        }
        // The sockets of other clients are not affected; the attacked one may ask for patience.
        if socket == .openFlow { #expect(try daemon.client("version").status == 0) }
        connections.removeAll()
        try eventually("the daemon serves again") { try daemon.client("version").status == 0 }
      }
    }
  }
}

/// Connections that stay open.
private final class ConnectionList {
  private final class Box {
    let connection: UnixConnection
    init(_ connection: consuming UnixConnection) { self.connection = connection }
  }
  private var boxes: [Box] = []
  func append(_ connection: consuming UnixConnection) { boxes.append(Box(connection)) }
  func removeAll() { boxes = [] }
}
