import Bytes
import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Rules, a frame, and what must leave. Frames come in by port 1 of a bridge with ports 1 to 4.
struct Conformance: CustomTestStringConvertible, Sendable {
  var what: String
  var groups: [String] = []
  var meters: [String] = []
  var rules: [String]
  var frame: [UInt8]
  /// What leaves each port.
  var leaves: [UInt16: [[UInt8]]]
  var testDescription: String { what }

  init(
    _ what: String, groups: [String] = [], meters: [String] = [], rules: [String], frame: [UInt8],
    leaves: [UInt16: [[UInt8]]]
  ) {
    self.what = what
    self.groups = groups
    self.meters = meters
    self.rules = rules
    self.frame = frame
    self.leaves = leaves
  }

  func check() throws {
    let bench = try Bench(groups: groups, meters: meters, rules: rules)
    #expect(bench.leaves(frame) == leaves, "\(what)")
  }

  /// A bridge with ports 1 to 4 and nothing but what is said.
  struct Bench {
    let subject: TestSwitch
    let bridge: Bridge
    let ports: [TestSwitch.Attachment]

    init(groups: [String] = [], meters: [String] = [], rules: [String] = []) throws {
      subject = try TestSwitch()
      let bridge = try subject.addBridge(failMode: .secure)
      let subject = subject
      ports = try (1...4).map { try subject.addPort($0, to: bridge, offloads: []) }
      self.bridge = bridge
      for meter in meters {
        try bridge.apply(MeterMod(parsing: meter[...], command: .add))
      }
      for group in groups { try bridge.addGroup(group) }
      try bridge.setRules(rules)
    }

    func leaves(_ frame: [UInt8], inPort: Int = 1) -> [UInt16: [[UInt8]]] {
      subject.feed([frame], to: ports[inPort - 1])
      return subject.takeAll().mapValues { $0.map(\.bytes) }
    }
  }
}

extension [UInt8] {
  /// With other bytes from `offset` on.
  func with(_ offset: Int, _ bytes: UInt8...) -> [UInt8] {
    var result = self
    for (i, byte) in bytes.enumerated() { result[offset + i] = byte }
    return result
  }

  /// With `bytes` put in at `offset`.
  func inserting(_ bytes: [UInt8], at offset: Int) -> [UInt8] {
    Array(self[..<offset]) + bytes + Array(self[offset...])
  }
}
