import Actions
import Datapath
import Match
import Pipeline
import SwitchKit
import TestKit
import Testing

/// Whom a TTL that ends is told to.
@Suite struct InvalidTTLTests {
  struct Row: CustomTestStringConvertible {
    var actions: String
    var told: [UInt16]
    var testDescription: String { actions }
  }

  @Test(arguments: [
    Row(actions: "dec_ttl,output:2", told: [0]),
    Row(actions: "dec_ttl(5,6),output:2", told: [5, 6]),
    Row(actions: "write_actions(output:2,dec_ttl)", told: [0]),
    Row(actions: "write_actions(dec_ttl(7,8),output:2)", told: [7, 8]),
    Row(actions: "write_actions(dec_ttl(7,8),output:2),goto_table:1", told: [9]),
    Row(actions: "write_actions(dec_ttl(7,8))", told: []),
    Row(actions: "group:1", told: [3, 4]),
  ])
  func controllers(_ row: Row) throws {
    let test = try OneBridge()
    for id in 0..<10 as Range<UInt16> {
      test.subject.core.packetIns.setListening(true, at: test.bridge.index, controllerID: id)
    }
    test.bridge.informsOfInvalidTTL = true
    try test.bridge.addGroup("group_id=1,type=indirect,bucket=output:2,dec_ttl(3,4)")
    try test.bridge.setRules(["ip,actions=\(row.actions)", "table=1,ip,actions=write_actions(dec_ttl(9))"])
    for (ttl, isAlive) in [(UInt8(1), false), (2, true)] {
      var header = TestFrame.IPv4(.udp(.init(source: 1, destination: 2)))
      header.ttl = ttl
      let left = test.bytesAtPort2(TestFrame(.ipv4(header)))
      #expect(left.count == (isAlive && row.told != [] ? 1 : 0))
      if let frame = left.first { #expect(frame[22] == 1) }
      let told = test.subject.core.packetIns.takeAll()
      #expect(told.map(\.controllerID) == (isAlive ? [] : row.told))
      #expect(told.allSatisfy { $0.reason == .invalidTTL })
    }
  }
}
