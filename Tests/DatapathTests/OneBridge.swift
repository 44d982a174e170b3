import Bytes
import Datapath
import Pipeline
import Ports
import SwitchKit
import TestKit

/// A bridge without a rule of its own and with some ports: what most tests of actions need.
struct OneBridge {
  let subject: TestSwitch
  let bridge: Bridge
  let ports: [TestSwitch.Attachment]

  init(
    ports count: UInt16 = 3, offloads: PortOffloads = .all, rules: [String] = [], flowCapacity: Int = 65_536
  ) throws {
    subject = try TestSwitch(flowCapacity: flowCapacity)
    let bridge = try subject.addBridge(failMode: .secure)
    let subject = subject
    ports = try (1...count).map { try subject.addPort($0, to: bridge, offloads: offloads) }
    self.bridge = bridge
    try bridge.setRules(rules)
  }

  /// What leaves each port when `frame` comes in by port 1.
  func outcome(of frame: MemoryFrame) -> [UInt16: [MemoryFrame]] {
    subject.feed([frame], to: ports[0])
    return subject.takeAll()
  }

  /// The bytes that leave by port 2 when `frame` comes in by port 1.
  func bytesAtPort2(_ frame: TestFrame) -> [[UInt8]] {
    (outcome(of: MemoryFrame(frame.bytes))[2] ?? []).map(\.bytes)
  }
}
