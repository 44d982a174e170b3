import Datapath
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// `multipath`, `bundle`, `bundle_load` and `check_pkt_larger`.
@Suite struct LinkTests {
  struct Line: CustomTestStringConvertible, Sendable {
    var frame: String
    var action: String
    var value: String
    var testDescription: String { "\(frame): \(action)" }
  }

  static let lines = LinkGolden.lines.split(separator: "\n").map { text in
    let parts = text.split(separator: "|").map { String($0.filter { $0 != " " }) }
    return Line(frame: parts[0], action: parts[1], value: parts[2])
  }

  @Test(arguments: lines) func choosesAsOpenVSwitchDoes(line: Line) throws {
    let bridge = try OneBridge(
      ports: 4,
      rules: ["actions=\(line.action),resubmit(,1)", "table=1,reg0=\(line.value) actions=in_port"])
    let frame = bytes(try #require(LinkGolden.frames[line.frame]))
    #expect(bridge.outcome(of: .init(frame)).keys.sorted() == [1])
  }

  /// Frames of different connections.
  private static func frames(_ count: Int) -> [MemoryFrame] {
    (0..<count).map { number in
      var header = TestFrame.IPv4(.tcp(.init(source: UInt16(1000 + number % 5000), destination: 80)))
      header.source = 0x0a00_0000 | UInt32(number)
      return MemoryFrame(TestFrame(.ipv4(header)).bytes)
    }
  }

  /// How often each port is the link, and which one each frame takes.
  private static func links(_ rules: [String], count: Int = 3000) throws -> [Int] {
    let bridge = try OneBridge(ports: 8, rules: rules)
    return frames(count).map { frame in Int(bridge.outcome(of: frame).keys.first ?? 0) }
  }

  private static func multipath(_ algorithm: String, _ links: Int) -> [String] {
    ["actions=multipath(symmetric_l3l4,0,\(algorithm),\(links),0,reg0),resubmit(,1)"]
      + (0..<links).map { "table=1,reg0=\($0) actions=output:\($0 + 2)" }
  }

  @Test(arguments: ["modulo_n", "hash_threshold", "hrw", "iter_hash"])
  func distributesEvenly(algorithm: String) throws {
    let links = try Self.links(Self.multipath(algorithm, 6))
    for port in 2...7 {
      // 500 each; 6 standard deviations are 122.
      #expect((378...622).contains(links.count { $0 == port }))
    }
  }

  @Test func highestRandomWeightMovesOnlyWhatTheNewLinkGets() throws {
    let before = try Self.links(Self.multipath("hrw", 5), count: 1000)
    let after = try Self.links(Self.multipath("hrw", 6), count: 1000)
    let moved = zip(before, after).filter { $0 != $1 }
    #expect(moved.allSatisfy { $0.1 == 7 })
    #expect((100...240).contains(moved.count))
    // Others move nearly all.
    let others = try zip(
      Self.links(Self.multipath("modulo_n", 5), count: 1000),
      Self.links(Self.multipath("modulo_n", 6), count: 1000))
    #expect(others.count { $0 != $1 } > 700)
  }

  @Test func bundleLeavesOutMembersThatAreDown() throws {
    let rule = "actions=bundle(symmetric_l3l4,0,hrw,ofport,members:2,3,4,5)"
    let bridge = try OneBridge(ports: 5, rules: [rule])
    let frames = Self.frames(400)
    func ports() -> [Int] { frames.map { Int(bridge.outcome(of: $0).keys.first ?? 0) } }
    let before = ports()
    #expect(Set(before) == [2, 3, 4, 5])
    bridge.ports[2].port.isLinkUp = false
    let after = ports()
    for (old, new) in zip(before, after) { #expect(old == 3 ? new != 3 && new != 0 : new == old) }
    for port in bridge.ports { port.port.isLinkUp = false }
    #expect(bridge.outcome(of: frames[0]).isEmpty)
    #expect(bridge.ports[0].drops[.bundleHasNoLiveMember] == 1)
  }

  @Test func activeBackupTakesTheFirstThatIsUp() throws {
    let rule = "actions=bundle(eth_src,0,active_backup,ofport,members:2,3)"
    let bridge = try OneBridge(rules: [rule])
    let frame = Self.frames(1)[0]
    #expect(bridge.outcome(of: frame).keys.sorted() == [2])
    bridge.ports[1].port.isLinkUp = false
    #expect(bridge.outcome(of: frame).keys.sorted() == [3])
    bridge.ports[1].port.isLinkUp = true
    #expect(bridge.outcome(of: frame).keys.sorted() == [2])
  }

  @Test func comparesLengthsWithAllThatWasPushed() throws {
    let frame = TestFrame(.ipv4(TestFrame.IPv4(.udp(.init(payload: [UInt8](repeating: 1, count: 58))))))
    #expect(frame.bytes.count == 100)
    for (limit, push, isLarger) in [
      (100, "", false), (99, "", true), (100, "push_vlan:0x8100,", true), (104, "push_mpls:0x8847,", false),
      (103, "push_mpls:0x8847,", true),
    ] {
      let bridge = try OneBridge(rules: [
        "actions=\(push)check_pkt_larger(\(limit))->reg0[3],resubmit(,1)", "table=1,reg0=8 actions=output:2",
        "table=1,reg0=0 actions=output:3",
      ])
      #expect(bridge.outcome(of: MemoryFrame(frame.bytes)).keys.sorted() == [isLarger ? 2 : 3])
      // What stands behind the packet does not count, as in Open vSwitch.
      let padded = MemoryFrame(frame.bytes + [0, 0, 0, 0])
      #expect(bridge.outcome(of: padded).keys.sorted() == [isLarger ? 2 : 3])
      // Of a frame that is to be segmented each segment counts.
      let segments = TestFrame(
        .ipv4(TestFrame.IPv4(.tcp(.init(payload: [UInt8](repeating: 1, count: 5000)))))
      )
      .unfinished(segmentSize: 46)
      if push.isEmpty { #expect(bridge.outcome(of: segments).keys.sorted() == [isLarger ? 2 : 3]) }
    }
  }
}
