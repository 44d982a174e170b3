import CLinux
@testable import Ports
import Sys
import Testing

@Suite struct AFXDPAdviceTests {
  struct Row: CustomTestStringConvertible {
    var testDescription: String
    var kind: AFXDPSurroundings.Kind = .other
    var features = LinkFeatures()
    var mtu = 1500
    var isGeneric = false
    var queues = 1
    var warnings: [String]
  }

  static func veth(checksums: Bool, tags: Bool, mtu: Int = 1500) -> AFXDPSurroundings.Kind {
    .veth(
      .init(
        name: "eth0", prefix: "ip netns exec h1 ",
        state: .init(
          features: LinkFeatures(transmitsUnfinishedChecksums: checksums, transmitsTagsBeside: tags), mtu: mtu
        )))
  }

  @Test(arguments: [
    Row(testDescription: "nothing", warnings: []),
    Row(
      testDescription: "a far end that is as it should be", kind: veth(checksums: false, tags: false),
      warnings: []),
    Row(
      testDescription: "a far end as it is made", kind: veth(checksums: true, tags: true),
      warnings: [
        "the far end leaves checksums and VLAN tags to the device, and they are lost: "
          + "ip netns exec h1 ethtool -K eth0 tx off txvlan off tx-vlan-stag-hw-insert off"
      ]),
    Row(
      testDescription: "tags only", kind: veth(checksums: false, tags: true),
      warnings: [
        "the far end leaves VLAN tags to the device, and they are lost: ip netns exec h1 ethtool -K eth0 txvlan off tx-vlan-stag-hw-insert off"
      ]),
    Row(
      testDescription: "a veth's own features", kind: veth(checksums: false, tags: false),
      features: LinkFeatures(takesTagsOut: true, mergesReceived: true), isGeneric: true, warnings: []),
    Row(
      testDescription: "a far end out of sight", kind: .veth(nil),
      warnings: [
        "the far end is in a network namespace without a name; unless that was done there, checksums and VLAN tags "
          + "are lost: ethtool -K DEVICE tx off txvlan off tx-vlan-stag-hw-insert off"
      ]),
    Row(
      testDescription: "hardware", features: LinkFeatures(takesTagsOut: true, mergesReceived: true),
      warnings: [
        "the device takes VLAN tags out, and they are lost: ip netns exec s0 ethtool -K p0 rxvlan off"
      ]),
    Row(
      testDescription: "hardware, generic", features: LinkFeatures(mergesReceived: true), isGeneric: true,
      warnings: ["the device merges frames, and long ones are lost: ip netns exec s0 ethtool -K p0 gro off"]),
    Row(
      testDescription: "a TAP", kind: .tap, features: LinkFeatures(mergesReceived: true), isGeneric: true,
      warnings: []),
    Row(
      testDescription: "more queues", features: LinkFeatures(receiveQueues: 4),
      warnings: [
        "the device receives by 4 queues, and what comes by others than the first one goes to the host: "
          + "options:n_rxq=4"
      ]),
    Row(
      testDescription: "the largest MTU", kind: veth(checksums: false, tags: false, mtu: 3818), mtu: 3818,
      warnings: []),
    Row(
      testDescription: "larger MTUs", kind: veth(checksums: false, tags: false, mtu: 9000), mtu: 3819,
      warnings: [
        "the far end's MTU is 9000, and packets longer than 3818 bytes are lost: "
          + "ip netns exec h1 ip link set eth0 mtu 3818",
        "the device's MTU is 3819, and packets longer than 3818 bytes are lost: "
          + "ip netns exec s0 ip link set p0 mtu 3818",
      ]),
    Row(testDescription: "as many queues", features: LinkFeatures(receiveQueues: 4), queues: 4, warnings: []),
  ])
  func saysWhatIsLost(_ row: Row) {
    let surroundings = AFXDPSurroundings(
      device: "p0", prefix: "ip netns exec s0 ", kind: row.kind,
      state: .init(features: row.features, mtu: row.mtu), isGeneric: row.isGeneric, queues: row.queues)
    #expect(surroundings.warnings == row.warnings)
  }

  @Test(arguments: [
    (xdp_statistics(), 0, 0),
    (statistics(dropped: 5, ringFull: 7, withoutChunk: 0), 7, 5),
    (statistics(dropped: 5, ringFull: 7, withoutChunk: 3), 10, 2),
    (statistics(dropped: 2, ringFull: 0, withoutChunk: 9), 2, 0),
  ])
  func sortsTheKernelsCounts(statistics: xdp_statistics, overflows: UInt64, tooLong: UInt64) {
    var losses = ReceiveLosses(queueOverflows: 100, tooLong: 200)
    losses.add(statistics)
    #expect(losses == ReceiveLosses(queueOverflows: 100 + overflows, tooLong: 200 + tooLong))
  }

  static func statistics(dropped: UInt64, ringFull: UInt64, withoutChunk: UInt64) -> xdp_statistics {
    xdp_statistics(
      rx_dropped: dropped, rx_invalid_descs: 0, tx_invalid_descs: 0, rx_ring_full: ringFull,
      rx_fill_ring_empty_descs: withoutChunk, tx_ring_empty_descs: 0)
  }
}
