import Datapath
import Flow
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Headers in front of others, pushed and popped: bytes and counters as Open vSwitch has them.
@Suite struct HeaderStackTests {
  struct Line: CustomTestStringConvertible, Sendable {
    var frame: String
    var rules: [String]
    /// `port:bytes`.
    var leaves: [String]
    /// `packets/bytes` of each rule.
    var counts: [String]
    var testDescription: String { "\(frame): \(rules.joined(separator: " ; "))" }

    init(_ text: Substring) {
      let parts = text.split(separator: " | ", omittingEmptySubsequences: false).map { $0.trimmed }
      frame = parts[0]
      rules = parts[1].split(separator: " ; ").map(String.init)
      leaves = parts[2].split(separator: " ").map(String.init)
      counts = parts[3].split(separator: " ").map(String.init)
    }
  }

  static let lines = HeaderStackGolden.lines.split(separator: "\n").map(Line.init)

  @Test(arguments: lines) func doesAsOpenVSwitchDoes(line: Line) throws {
    let rules = line.rules.enumerated().map { "cookie=\($0 + 1),\($1)" }
    let bridge = try OneBridge(ports: 4, rules: rules)
    let frame = bytes(try #require(HeaderStackGolden.frames[line.frame]))
    let leaves = bridge.outcome(of: .init(frame)).sorted { $0.key < $1.key }
      .flatMap { port, frames in frames.map { "\(port):\(hex($0.bytes))" } }
    #expect(leaves == line.leaves)
    let statistics = bridge.bridge.flows()
    let counts = (1...rules.count).map { cookie in
      statistics.first { $0.cookie == UInt64(cookie) }.map { "\($0.packets)/\($0.bytes)" } ?? "none"
    }
    #expect(counts == line.counts)
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
