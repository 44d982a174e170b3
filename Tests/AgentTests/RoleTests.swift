import Actions
import Bytes
import Datapath
import Flow
import Match
import NIOCore
import NIOEmbedded
import OpenFlow
import Pipeline
import SwitchKit
import TestKit
import Testing

@testable import Agent

/// OpenFlow 1.3.5, section 6.3.6.
@Suite struct RoleTests {
  private enum Role: UInt32 {
    case noChange = 0
    case equal = 1
    case primary = 2
    case secondary = 3
  }

  /// The role and the generation that the answer says, or the error.
  private func ask(
    _ controller: Controller, _ role: Role, _ generation: UInt64 = 0
  ) throws -> (role: UInt32?, generation: UInt64?, error: OpenFlowErrorCode?) {
    let answer = try #require(
      try controller.ask(Message.role(role.rawValue, generation: generation, xid: 9)).first)
    if let error = answer.error(.v13) { return (nil, nil, error) }
    return (answer.integer(at: 8), answer.integer(at: 16), nil)
  }

  @Test func tellsTheRole() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v13)
    let start = try ask(controller, .noChange)
    #expect(start.role == 1)
    #expect(start.generation == .max)
    let primary = try ask(controller, .primary, 5)
    #expect(primary.role == 2)
    #expect(primary.generation == 5)
    #expect(try ask(controller, .noChange).role == 2)
  }

  @Test func refusesAnOldGeneration() throws {
    let bench = try Bench()
    let (one, other) = (try bench.connect(.v13), try bench.connect(.v13))
    #expect(try ask(one, .primary, 5).error == nil)
    #expect(try ask(other, .primary, 4).error == .staleRole)
    #expect(try ask(other, .secondary, 4).error == .staleRole)
    #expect(try ask(other, .noChange).role == 1)
    #expect(try ask(one, .noChange).role == 2)
    // Others need none.
    #expect(try ask(other, .equal, 0).role == 1)
    #expect(try ask(other, .secondary, 5).role == 3)
  }

  /// Generations are compared as a circle.
  @Test func goesOnBehindTheLastGeneration() throws {
    let controller = try Bench().connect(.v13)
    #expect(try ask(controller, .primary, .max).error == nil)
    #expect(try ask(controller, .primary, 3).error == nil)
    #expect(try ask(controller, .primary, .max).error == .staleRole)
  }

  @Test func remembersTheGenerationOfAControllerThatWent() throws {
    let bench = try Bench()
    let first = try bench.connect(.v13)
    #expect(try ask(first, .primary, 5).error == nil)
    first.channel.close(promise: nil)
    #expect(try ask(try bench.connect(.v13), .primary, 4).error == .staleRole)
  }

  @Test func makesTheOldPrimaryASecondary() throws {
    let bench = try Bench()
    let (one, other, third) = (try bench.connect(.v13), try bench.connect(.v13), try bench.connect(.v13))
    _ = try ask(one, .primary, 1)
    _ = try ask(other, .primary, 1)
    #expect(try ask(one, .noChange).role == 3)
    #expect(try ask(other, .noChange).role == 2)
    #expect(try ask(third, .noChange).role == 1)
  }

  @Test func knowsNicirasRoles() throws {
    let bench = try Bench()
    let (one, other) = (try bench.connect(.v10), try bench.connect(.v10))
    func ask(_ controller: Controller, _ number: UInt32) throws -> UInt32? {
      try controller.ask(Message.nicira(10, .v10, xid: 9) { $0.write(number) }).first?.integer(at: 16)
    }
    #expect(try ask(one, 1) == 1)
    #expect(try ask(other, 1) == 1)
    #expect(one.connection.role == .secondary)
    #expect(try ask(one, 0) == 0)
  }

  @Test func refusesChangesOfASecondary() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v13)
    _ = try ask(controller, .secondary, 1)
    let port = bench.first.port
    let changes = [
      try Message.flowMod("tcp,actions=drop", .v13, xid: 9),
      try Message.flowMod("tcp", .v13, xid: 9, command: .delete),
      Message.packetOut(TestFrame.udp().bytes, actions: [.output(.flood)], .v13, xid: 9),
      Message.portMod(1, address: port.mac, config: 1, mask: 1, .v13, xid: 9),
      Message.make(17, .v13, xid: 9) { $0.write([255, 0, 0, 0, 0, 0, 0, 0] as [UInt8]) },
      Message.make(15, .v13, xid: 9) { $0.write([0, 2, 0, 0, 255, 255, 255, 252] as [UInt8]) },
      Message.make(29, .v13, xid: 9) { $0.write([0, 2, 0, 0, 255, 255, 255, 255] as [UInt8]) },
    ]
    for change in changes {
      #expect(try controller.ask(change).map { $0.error(.v13) } == [.isSecondary], "type \(change[1])")
    }
    #expect(bench.bridge.flows().isEmpty)
    #expect(port.settings.flags.isEmpty)
    #expect(bench.second.take().isEmpty)
    #expect(try controller.ask(Message.flows(1, .v13, xid: 9)).map { $0.error(.v13) } == [nil])
  }
}
