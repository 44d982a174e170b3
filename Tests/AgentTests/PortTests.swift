import Actions
import Bytes
import Datapath
import Flow
import Match
import NIOCore
import NIOEmbedded
import OpenFlow
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

@testable import Agent

@Suite struct PortTests {
  /// Reason, number, address and config of a port status.
  private struct Status: Equatable {
    var reason: UInt8
    var port: UInt16
    var address: UInt64
    var config: UInt32

    init(_ reason: UInt8, port: UInt16, address: UInt64 = 0x0200_0000_ff00, config: UInt32 = 0) {
      (self.reason, self.port, self.address, self.config) = (reason, port, address, config)
    }

    init?(_ frame: OpenFlowFrame) throws {
      guard frame.header.type == 12 else { return nil }
      let is10 = frame.header.version == 1
      var reader = ByteReader(frame.body)
      reason = try reader.read()
      try reader.skip(7)
      port = is10 ? try reader.read() : UInt16(truncatingIfNeeded: try reader.read(UInt32.self))
      if !is10 { try reader.skip(4) }
      address = try UInt64(reader.read(UInt16.self)) << 32 | UInt64(reader.read(UInt32.self))
      try reader.skip(is10 ? 16 : 18)
      config = try reader.read()
    }
  }

  @Test(arguments: OpenFlowVersion.allCases)
  func tellsOfPortsThatComeChangeAndGo(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let listener = try bench.listen(version)
    let silent = try bench.connect(version)
    func told() throws -> [Status] {
      bench.agent.notePorts()
      #expect(try silent.receive().isEmpty)
      return try listener.receive().compactMap { try Status($0) }
    }
    #expect(try told() == [])
    let port = try bench.network.addBarePort(9, to: bench.bridge)
    #expect(try told() == [Status(0, port: 9)])
    port.mac = 0x0200_0000_0009
    #expect(try told() == [Status(2, port: 9, address: 0x0200_0000_0009)])
    port.settings.flags = [.down]
    #expect(try told() == [Status(2, port: 9, address: 0x0200_0000_0009, config: 1)])
    port.isLinkUp = true
    #expect(try told() == [Status(2, port: 9, address: 0x0200_0000_0009, config: 1)])
    bench.bridge.remove(port)
    #expect(try told() == [Status(1, port: 9, address: 0x0200_0000_0009, config: 1)])
    #expect(try told() == [])
  }

  struct Modification: CustomTestStringConvertible {
    var name: String
    var port: UInt16 = 1
    var address: UInt64 = 0x0200_0000_ff00
    var config: UInt32
    var mask: UInt32
    var flags: PortFlags = []
    var error: OpenFlowErrorCode?
    var testDescription: String { name }
  }

  @Test(arguments: [
    Modification(name: "down", config: 1, mask: 1, flags: .down),
    Modification(name: "bits outside of the mask", config: 0x25, mask: 4, flags: .noReceive),
    Modification(name: "several", config: 0x61, mask: 0x65, flags: [.down, .noForward, .noPacketIn]),
    Modification(name: "another address", address: 1, config: 1, mask: 1, error: .portModBadAddress),
    Modification(name: "no such port", port: 3, config: 1, mask: 1, error: .portModBadPort),
    Modification(name: "a reserved port", port: 0xfffc, config: 1, mask: 1, error: .portModBadPort),
  ])
  func modifies(_ row: Modification) throws {
    for version in OpenFlowVersion.allCases {
      let bench = try Bench()
      let listener = try bench.listen(version)
      let controller = try bench.connect(version)
      let request = Message.portMod(
        row.port, address: row.address, config: row.config, mask: row.mask, version, xid: 9)
      #expect(try controller.ask(request).map { $0.error(version) } == (row.error.map { [$0] } ?? []))
      #expect(bench.first.port.settings.flags == row.flags)
      let told = try listener.receive().compactMap { try Status($0) }
      #expect(told == (row.flags.isEmpty ? [] : [Status(2, port: 1, config: row.flags.rawValue)]))
    }
  }

  @Test func ignoresBitsThatAVersionDoesNotHave() throws {
    let controller = try Bench().connect(.v13)
    // `OFPPC_NO_FLOOD` of 1.0.
    let request = Message.portMod(1, address: 0x0200_0000_ff00, config: 16, mask: 16, .v13, xid: 9)
    #expect(try controller.ask(request).map { $0.error(.v13) } == [])
  }

  // MARK: Packet-out

  @Test(arguments: OpenFlowVersion.allCases)
  func sendsFrames(version: OpenFlowVersion) throws {
    let bench = try Bench()
    try bench.bridge.add("in_port=1,actions=output:2")
    let controller = try bench.connect(version)
    let frame = TestFrame.udp().bytes
    func left(_ inPort: PortNumber, _ actions: [Action]) throws -> [UInt16: Int] {
      #expect(
        try controller.ask(Message.packetOut(frame, inPort: inPort, actions: actions, version, xid: 9))
          .isEmpty)
      return bench.network.takeAll().mapValues(\.count)
    }
    #expect(try left(.none, [.output(PortNumber(rawValue: 2))]) == [2: 1])
    #expect(try left(.controller, [.output(.all)]) == [1: 1, 2: 1])
    #expect(try left(PortNumber(rawValue: 1), [.output(.all)]) == [2: 1])
    #expect(try left(PortNumber(rawValue: 1), [.output(.inPort)]) == [1: 1])
    #expect(try left(PortNumber(rawValue: 1), [.output(.table)]) == [2: 1])
    #expect(try left(.none, []) == [:])
  }

  /// The longest frame that a message has room for.
  @Test func sendsTheLongestFrame() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v10)
    let frame = TestFrame.udp().bytes + [UInt8](repeating: 7, count: 65_000)
    #expect(
      try controller.ask(Message.packetOut(frame, actions: [.output(PortNumber(rawValue: 2))], .v10, xid: 9))
        .isEmpty)
    #expect(bench.second.take().map(\.bytes) == [frame])
  }
}
