import Bytes
import Datapath
import Flow
import Match
import OpenFlow
import SwitchKit
import Testing

@testable import Agent

@Suite struct TLVTableTests {
  private func change(
    _ controller: Controller, _ command: TLVTableMod.Command, _ mappings: [TLVMapping]
  ) throws -> OpenFlowErrorCode? {
    let mod = TLVTableMod(command: command, mappings: mappings)
    return try controller.ask(OpenFlowRequest.tlvTableMod(mod).encode(version: controller.version, xid: 9))
      .first?.error(controller.version)
  }

  private func mapping(_ type: UInt8, field: UInt16, count: UInt8 = 4) -> TLVMapping {
    TLVMapping(optionClass: 0xff, type: type, byteCount: count, field: field)
  }

  @Test(arguments: OpenFlowVersion.allCases)
  func mapsOptions(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let controller = try bench.connect(version)
    #expect(try change(controller, .add, [mapping(1, field: 0), mapping(2, field: 5)]) == nil)
    // All of a message or nothing.
    #expect(try change(controller, .add, [mapping(3, field: 6), mapping(1, field: 7)]) == .duplicateTLVEntry)
    #expect(try change(controller, .add, [mapping(4, field: 5)]) == .tlvAlreadyMapped)
    let answer = try controller.ask(OpenFlowRequest.tlvTable.encode(version: version, xid: 3)).first
    guard case .tlvTable(let table)? = answer?.fromSwitch else { return #expect(Bool(false), "no table") }
    #expect(table.mappings.map(\.field) == [0, 5])
    #expect(try change(controller, .delete, [mapping(1, field: 0)]) == nil)
    #expect(try change(controller, .add, [mapping(9, field: 0)]) == nil)
    #expect(try change(controller, .clear, []) == nil)
    #expect(try change(controller, .add, [mapping(1, field: 0), mapping(2, field: 5)]) == nil)
  }

  @Test func holdsSoManyBytes() throws {
    let controller = try Bench().connect(.v13)
    let most = (0..<2).map { mapping(UInt8($0), field: UInt16($0), count: 124) }
    #expect(try change(controller, .add, most) == nil)
    #expect(try change(controller, .add, [mapping(9, field: 9, count: 12)]) == .tlvTableFull)
    #expect(try change(controller, .add, [mapping(9, field: 9, count: 8)]) == nil)
  }
}

@Suite struct RoleStatusTests {
  /// The primary that has to make room is told so, once it asked for that.
  @Test(arguments: [OpenFlowVersion.v14, .v15])
  func tellsWhoHadToMakeRoom(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let (one, other) = (try bench.listen(version), try bench.connect(.v13))
    func become(_ controller: Controller, generation: UInt64) throws {
      _ = try controller.ask(
        OpenFlowRequest.role(RoleMessage(.primary, generation: generation))
          .encode(version: controller.version, xid: 4))
    }
    try become(one, generation: 1)
    try become(other, generation: 2)
    #expect(try one.receive().isEmpty)
    // ROLE_STATUS for a secondary.
    try one.send([Message.make(28, version, xid: 3) { $0.write([0, 6, 0, 8, 0, 0, 0, 7] as [UInt8]) }])
    try become(one, generation: 3)
    try become(other, generation: 4)
    let told = try one.receive()
    #expect(
      told.map(\.fromSwitch) == [
        .roleStatus(RoleStatus(role: .secondary, reason: .primaryRequest, generation: 4))
      ])
  }
}
