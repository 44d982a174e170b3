import Bytes
@testable import Ports
import Sys
import TestKit
import Testing

@Suite(.enabled(if: NetworkLab.isAvailable, "needs root"))
struct InternalPortTests {
  @Test func hasTheGivenAddressAndWaitsForTheHost() throws {
    let lab = try NetworkLab()
    let port = try InternalPort.open(
      name: "br0", macAddress: 0x02_aa_bb_cc_dd_ee, mtu: 1400, namespace: lab.namespace)
    let seen = try lab.namespace.run { () throws(SysError) -> [UInt64] in
      let link = try Link("br0")
      return try [UInt64(link.mtu()), link.macAddress(), link.isUp() ? 1 : 0]
    }
    #expect(seen == [1400, 0x02_aa_bb_cc_dd_ee, 0])
    var bench = Bench()
    let down = bench.send([Frames.plain(payload: 46)], to: port.tap)
    #expect(down == [.down])
    try lab.ip("link set br0 up")
    let up = bench.send([Frames.plain(payload: 46), Frames.plain(payload: 1401)], to: port.tap)
    #expect(up == [.sent, .tooLong])
  }
}
