import Match
import TestKit
import Testing

@testable import OpenFlow

@Suite struct HelloTests {
  @Test func isWrittenAsOpenVSwitchWritesIt() {
    // ovs-vswitchd 3.1 with all protocols, with OpenFlow10,OpenFlow13, and ovs-ofctl -O OpenFlow10.
    #expect(hex(Hello().encode(xid: 3)) == "0600001000000003000100080000007e")
    #expect(hex(Hello(versions: [.v10, .v13]).encode(xid: 3)) == "04000010000000030001000800000012")
    #expect(hex(Hello(versions: [.v10]).encode(xid: 1)) == "0100000800000001")
  }

  static let negotiations: [(peer: String, ours: [OpenFlowVersion], result: OpenFlowVersion?)] = [
    ("0100000800000001", [.v10, .v13], .v10),
    ("0400000800000001", [.v10, .v13], .v13),
    ("0600000800000001", [.v10, .v13], .v13),
    ("0300000800000001", [.v10, .v13], .v10),
    ("0300000800000001", [.v13], nil),
    ("04000010000000010001000800000010", [.v10, .v13], .v13),
    ("06000010000000010001000800000060", [.v10, .v13], nil),
    ("06000010000000010001000800000052", [.v10, .v13], .v13),
    ("04000010000000010001000800000012", [.v10], .v10),
    // An element that is not known in front of the bitmap, with its padding.
    ("0600001800000001 0009000501000000 0001000800000002", [.v10, .v13], .v10),
    // Elements whose length is a lie are as good as none.
    ("0400001000000001 0001000000000010", [.v10, .v13], .v13),
    ("0400001000000001 0001ffff00000010", [.v10, .v13], .v13),
    ("ff00000800000001", [.v10, .v13], .v13),
  ]

  @Test(arguments: negotiations.indices)
  func agreesOnTheHighestCommonVersion(_ index: Int) throws {
    let row = Self.negotiations[index]
    var splitter = OpenFlowFrameSplitter()
    splitter.append(bytes(row.peer))
    let next = try splitter.next()
    let peer = Hello(try #require(next))
    #expect(Hello(versions: row.ours).negotiated(with: peer) == row.result)
  }
}
