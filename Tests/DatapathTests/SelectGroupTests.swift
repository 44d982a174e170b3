import Datapath
import Flow
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// How select groups spread connections over their buckets.
@Suite struct SelectGroupTests {
  /// A UDP frame of connection number `i`.
  private func frame(_ i: Int) -> MemoryFrame {
    var bytes = TestFrame.udp().bytes
    // The last two bytes of the IPv4 source address and the source port.
    bytes[28] = UInt8(truncatingIfNeeded: i >> 8)
    bytes[29] = UInt8(truncatingIfNeeded: i)
    bytes[34] = UInt8(truncatingIfNeeded: i >> 3)
    bytes[35] = UInt8(truncatingIfNeeded: i &* 7)
    return MemoryFrame(bytes)
  }

  private func shares(_ group: String, connections: Int = 8_000) throws -> [UInt64] {
    let test = try OneBridge(ports: 5)
    try test.bridge.addGroup(group)
    try test.bridge.add("actions=group:1")
    for start in stride(from: 0, to: connections, by: 32) {
      test.subject.feed((start..<start + 32).map(frame), to: test.ports[0])
      _ = test.subject.takeAll()
    }
    return try #require(test.bridge.traffic(ofGroup: 1)).buckets.map(\.packets)
  }

  /// Pearson's chi-square statistic of counts against weights.
  private func chiSquare(_ counts: [UInt64], weights: [Double]) -> Double {
    let total = Double(counts.reduce(0, +))
    let sum = weights.reduce(0, +)
    return zip(counts, weights).reduce(0) { result, pair in
      let expected = total * pair.1 / sum
      let difference = Double(pair.0) - expected
      return result + difference * difference / expected
    }
  }

  /// With 3 degrees of freedom a fair choice exceeds 21.1 once in 10,000 times; the connections are always the
  /// same ones, so a choice that passes once passes always.
  @Test(arguments: [[1, 1, 1, 1], [1, 2, 3, 4], [100, 1, 50, 3]])
  func sharesFollowWeights(_ weights: [Int]) throws {
    for selection in ["", ",selection_method=hash,fields(ip_src,udp_src)", ",selection_method=dp_hash"] {
      let buckets = weights.enumerated().map { "bucket=weight:\($1),output:\($0 + 2)" }
      let counts = try shares("group_id=1,type=select\(selection),\(buckets.joined(separator: ","))")
      let statistic = chiSquare(counts, weights: weights.map(Double.init))
      #expect(statistic < 21.1, "\(selection) \(weights): \(counts)")
    }
  }

  /// Both directions of a connection take the same bucket, and each frame of one direction does.
  @Test func connectionsStayTogether() throws {
    let test = try OneBridge(ports: 5)
    try test.bridge.addGroup(
      "group_id=1,type=select,bucket=output:2,bucket=output:3,bucket=output:4,bucket=output:5")
    try test.bridge.add("actions=group:1")
    for i in 0..<64 {
      let there = frame(i)
      var back = there.bytes
      back.replaceSubrange(26..<30, with: there.bytes[30..<34])
      back.replaceSubrange(30..<34, with: there.bytes[26..<30])
      back.replaceSubrange(34..<36, with: there.bytes[36..<38])
      back.replaceSubrange(36..<38, with: there.bytes[34..<36])
      let ways = [there, there, MemoryFrame(back)].map { test.outcome(of: $0).keys.sorted() }
      #expect(ways[0].count == 1 && ways[0] == ways[1] && ways[0] == ways[2])
    }
  }

  /// When a bucket goes, only its own connections move.
  @Test func otherConnectionsStayWhenABucketGoes() throws {
    let test = try OneBridge(ports: 5)
    let buckets = (2...5).map { "bucket=bucket_id:\($0),weight:\($0),output:\($0)" }
    try test.bridge.addGroup("group_id=1,type=select," + buckets.joined(separator: ","))
    try test.bridge.add("actions=group:1")
    let before = (0..<256).map { test.outcome(of: frame($0)).keys.first }
    try test.bridge.commit([.group(GroupMod(command: .removeBucket, group: 1, commandBucket: 4))])
    let after = (0..<256).map { test.outcome(of: frame($0)).keys.first }
    for (old, new) in zip(before, after) {
      if old != 4 { #expect(old == new) } else { #expect(new != 4 && new != nil) }
    }
    #expect(before.contains(4))
  }

  /// Only what the group names decides.
  @Test func hashesTheFieldsThatAreNamed() throws {
    let counts = try shares(
      "group_id=1,type=select,selection_method=hash,fields(ip_dst),bucket=output:2,bucket=output:3",
      connections: 64)
    #expect(counts.sorted() == [0, 64])
  }
}
