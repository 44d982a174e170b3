import Actions
import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// The worker waits for the control thread, and the control thread for the worker. Meant to be run with
/// `--sanitize=thread` as well.
@Suite struct LearningThreadTests {
  private static let rule = "actions=learn(table=1,NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),output:2"

  /// Whatever the control thread asks the worker for, it has rules learned meanwhile.
  @Test func everyRequestServesFramesThatWait() throws {
    let one = try OneBridge(rules: [Self.rule])
    var random = SeededGenerator(seed: 4)
    for step in 0..<60 {
      // The frames come in while the requests are made; nobody else serves them.
      let frames = (0..<20).map { _ in
        MemoryFrame(TestFrame.udp(from: 0x0200_0000_0000 + .random(in: 1...400, using: &random)).bytes)
      }
      one.ports[0].device.feed(frames)
      switch step % 4 {
      case 0:
        let port = try one.subject.addBarePort(77, to: one.bridge)
        one.bridge.remove(port)
      case 1: one.bridge.send(frames[0].bytes, inPort: PortNumber(rawValue: 1), actions: [.output(.table)])
      case 2: try one.bridge.setRules([Self.rule])
      default: one.bridge.expire()
      }
    }
    while one.ports[0].port.statistics.receivedPackets < 1200 { one.subject.core.serveLearning() }
    one.subject.settle()
    #expect(one.subject.takeAll()[2]?.count == 1200 + 15)
  }

  /// A switch that is stopped ends, though a frame waits.
  @Test func stopsWhileFramesWait() throws {
    for _ in 0..<20 {
      let one = try OneBridge(rules: [Self.rule])
      one.ports[0].device.feed([MemoryFrame(TestFrame.udp().bytes)])
    }
  }

  /// A frame of our own learns as well, and what it learned is there when it is gone.
  @Test func framesOfOurOwnLearn() throws {
    let one = try OneBridge(rules: [Self.rule])
    let actions = try FlowMod(
      parsing: "actions=learn(table=2,NXM_OF_ETH_DST[]),clone(learn(table=3,NXM_OF_IN_PORT[])),resubmit(,0)",
      command: .add
    ).actions
    one.bridge.send(TestFrame.udp().bytes, inPort: PortNumber(rawValue: 3), actions: actions)
    #expect(one.bridge.flows().map(\.table) == [0, 1, 2, 3])
    #expect(one.subject.takeAll()[2]?.count == 1)
  }

  /// Rules of both ends of a patch.
  @Test func everyBridgeLearnsItsOwn() throws {
    let one = try OneBridge(rules: ["actions=learn(table=1,NXM_OF_IN_PORT[]),10,learn(table=2)"])
    let other = try one.subject.addBridge("br1", failMode: .secure)
    _ = try one.subject.addPatch(10, of: one.bridge, 20, of: other)
    try other.setRules(["actions=learn(table=3,NXM_OF_IN_PORT[])"])
    one.subject.feed(.udp(), to: one.ports[0])
    #expect(one.bridge.flows().map(\.table) == [0, 1, 2])
    #expect(other.flows().map(\.table) == [0, 3])
    #expect(other.flows().last?.match == (try FlowMod(parsing: "in_port=20", command: .delete).match))
  }

  /// More rules than a frame may ask for.
  @Test func givesUpFramesThatAskForTooMuch() throws {
    let learns = (0..<5).map { "learn(table=\($0 + 20))" }.joined(separator: ",")
    var rules = (0..<64).map { "table=\($0),actions=\(learns),resubmit(,\($0 + 1))" }
    rules.append("table=64,actions=2")
    let one = try OneBridge(rules: rules)
    one.subject.feed(.udp(), to: one.ports[0])
    #expect(one.subject.takeAll().isEmpty)
    #expect(one.ports[0].drops == [.tooManyLearned: 1])
  }
}
