import Datapath
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// More copies than there are buffers.
@Suite struct BufferShortageTests {
  /// Each port is to see frames with its own number as their destination, or none: never one that was to be
  /// changed and was not.
  @Test func noCopyLeavesUnchanged() throws {
    let count: UInt16 = 60
    let actions = (2...count).map { number in "load:\(number)->eth_dst[],output:\(number)" }
    let test = try OneBridge(ports: count, rules: ["actions=" + actions.joined(separator: ",")])
    let frames = [MemoryFrame](repeating: MemoryFrame(TestFrame.udp().bytes), count: 32)
    test.subject.feed(frames, to: test.ports[0])
    var copies = 0
    for (port, frames) in test.subject.takeAll() {
      copies += frames.count
      for frame in frames where frame.bytes[4..<6] != [UInt8(port >> 8), UInt8(port & 0xff)] {
        Issue.record("port \(port) saw \(frame.bytes[..<6])")
      }
    }
    #expect(copies > 900)
    // All slots are back: the next batch is forwarded as if nothing had been.
    try test.bridge.setRules(["actions=all"])
    test.subject.feed(frames, to: test.ports[0])
    #expect(test.subject.takeAll().values.map(\.count) == [Int](repeating: 32, count: Int(count) - 1))
  }
}
