import Actions
import Bytes
import Datapath
import Flow
import Match
import NIOCore
import NIOEmbedded
import OpenFlow
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

@testable import Agent

/// OpenFlow 1.4.0, section A.3.9. What Open vSwitch 3.1 answers was recorded from its switch.
@Suite struct BundleTests {
  static let versions = OpenFlowVersion.allCases.filter { $0 >= .v13 }

  private typealias Step = BundleControl.Step

  private func control(
    _ step: BundleControl.Step, _ version: OpenFlowVersion = .v14, flags: BundleFlags = .atomic, xid: UInt32
  ) -> [UInt8] {
    OpenFlowRequest.bundleControl(BundleControl(bundle: 1, step: step, flags: flags))
      .encode(version: version, xid: xid)
  }

  private func add(
    _ request: OpenFlowRequest, _ version: OpenFlowVersion = .v14, flags: BundleFlags = .atomic, xid: UInt32
  ) throws -> [UInt8] {
    var splitter = OpenFlowFrameSplitter()
    splitter.append(request.encode(version: version, xid: xid))
    let inner = try splitter.next()
    return OpenFlowRequest.bundleAdd(BundleAdd(bundle: 1, flags: flags, message: try #require(inner)))
      .encode(version: version, xid: xid)
  }

  private func flow(_ text: String, _ command: FlowMod.Command = .add) throws -> OpenFlowRequest {
    .flowMod(try FlowMod(parsing: text[...], command: command))
  }

  private func group(_ text: String, _ command: GroupMod.Command = .add) throws -> OpenFlowRequest {
    .groupMod(try GroupMod(parsing: text[...], command: command))
  }

  /// What each answer says: the step of a bundle, the error, or nothing else.
  private func told(_ answers: [OpenFlowFrame], _ version: OpenFlowVersion = .v14) -> [String] {
    answers.map { answer in
      switch answer.fromSwitch {
      case .bundleControl(let control): "\(answer.header.xid): step \(control.step.rawValue)"
      case .error(let error): "\(answer.header.xid): \(error.code(in: version)?.rawValue ?? "?")"
      default: "\(answer.header.xid): type \(answer.header.type)"
      }
    }
  }

  @Test(arguments: versions)
  func makesAllChangesTogether(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let controller = try bench.connect(version)
    let port = bench.first.port
    let frame = TestFrame.udp().bytes
    let mod = PortMod(
      port: port.number, hardwareAddress: port.mac, config: PortConfig(rawValue: 1),
      mask: PortConfig(rawValue: 1))
    let opened = try controller.ask(
      control(.openRequest, version, xid: 1), add(flow("priority=1,actions=output:1"), version, xid: 2),
      add(group("group_id=5,type=all,bucket=output:1"), version, xid: 3), add(.portMod(mod), version, xid: 4),
      add(
        .packetOut(PacketOut(inPort: .none, actions: [.output(.init(rawValue: 2))], frame: frame)), version,
        xid: 5))
    #expect(told(opened, version) == ["1: step 1"])
    #expect(bench.bridge.flows().isEmpty)
    #expect(bench.bridge.groups.count == 0)
    #expect(bench.second.take().isEmpty)
    let closed = try controller.ask(
      control(.closeRequest, version, xid: 6), control(.commitRequest, version, xid: 7))
    #expect(told(closed, version) == ["6: step 3", "7: step 5"])
    #expect(bench.bridge.flows().count == 1)
    #expect(bench.bridge.groups.count == 1)
    #expect(bench.second.take().map(\.bytes) == [frame])
    #expect(port.settings.flags == PortFlags(rawValue: 1))
  }

  @Test func changesNothingWhenOneIsRefused() throws {
    let bench = try Bench()
    try bench.bridge.add("priority=9,ip,actions=drop")
    let controller = try bench.connect(.v14)
    let answers = try controller.ask(
      add(flow("priority=1,actions=output:1"), xid: 2), add(group("group_id=5,type=all"), xid: 3),
      add(flow("priority=9,check_overlap,tcp,actions=drop"), xid: 4), add(flow("actions=drop"), xid: 5),
      control(.commitRequest, xid: 7))
    #expect(told(answers) == ["4: OFPFMFC_OVERLAP", "7: OFPBFC_MSG_FAILED"])
    #expect(answers.first?.quoted(.v14)?[1] == 14)
    #expect(bench.bridge.flows().map(\.priority) == [9])
    #expect(bench.bridge.groups.count == 0)
    // The bundle is gone.
    #expect(try told(controller.ask(control(.commitRequest, xid: 8))) == ["8: OFPBFC_BAD_ID"])
  }

  @Test func namesTheGroupThatIsRefused() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v15)
    let answers = try controller.ask(
      add(flow("actions=drop"), .v15, xid: 2), add(group("group_id=5,type=all"), .v15, xid: 3),
      add(group("group_id=5,type=all"), .v15, xid: 4), control(.commitRequest, .v15, xid: 7))
    #expect(told(answers, .v15) == ["4: OFPGMFC_GROUP_EXISTS", "7: OFPBFC_MSG_FAILED"])
    #expect(bench.bridge.flows().isEmpty)
    #expect(bench.bridge.groups.count == 0)
  }

  @Test func discards() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v14)
    let answers = try controller.ask(
      add(flow("actions=drop"), xid: 2), control(.discardRequest, xid: 3), control(.commitRequest, xid: 4))
    #expect(told(answers) == ["3: step 7", "4: OFPBFC_BAD_ID"])
    #expect(bench.bridge.flows().isEmpty)
  }

  struct Misuse: CustomTestStringConvertible {
    var name: String
    var steps: [(step: BundleControl.Step?, flags: BundleFlags)]
    var answers: [String]
    var testDescription: String { name }
  }

  @Test(arguments: [
    Misuse(
      name: "opened twice",
      steps: [(.openRequest, .atomic), (.openRequest, .atomic), (.commitRequest, .atomic)],
      answers: ["0: step 1", "1: OFPBFC_BAD_ID", "2: OFPBFC_BAD_ID"]),
    Misuse(
      name: "closed twice",
      steps: [(.openRequest, .atomic), (.closeRequest, .atomic), (.closeRequest, .atomic)],
      answers: ["0: step 1", "1: step 3", "2: OFPBFC_BUNDLE_CLOSED"]),
    Misuse(name: "never opened", steps: [(.closeRequest, .atomic)], answers: ["0: OFPBFC_BAD_ID"]),
    Misuse(
      name: "other flags at the close",
      steps: [(.openRequest, .atomic), (.closeRequest, .ordered), (.commitRequest, .atomic)],
      answers: ["0: step 1", "1: OFPBFC_BAD_FLAGS", "2: OFPBFC_BAD_ID"]),
    Misuse(
      name: "other flags at the commit", steps: [(.openRequest, .atomic), (.commitRequest, .ordered)],
      answers: ["0: step 1", "1: OFPBFC_BAD_FLAGS"]),
    Misuse(
      name: "other flags of a message",
      steps: [(.openRequest, .atomic), (nil, .ordered), (.commitRequest, .atomic)],
      answers: ["0: step 1", "1: OFPBFC_BAD_FLAGS", "2: OFPBFC_BAD_ID"]),
    Misuse(
      name: "other flags at the discard", steps: [(.openRequest, .atomic), (.discardRequest, .ordered)],
      answers: ["0: step 1", "1: step 7"]),
    Misuse(
      name: "a message behind the close",
      steps: [(.openRequest, .atomic), (.closeRequest, .atomic), (nil, .atomic)],
      answers: ["0: step 1", "1: step 3", "2: OFPBFC_BUNDLE_CLOSED"]),
    Misuse(
      name: "flags that are none", steps: [(.openRequest, .init(rawValue: 4))],
      answers: ["0: OFPBFC_BAD_FLAGS"]),
    Misuse(
      name: "a step that is none", steps: [(.init(rawValue: 9), .atomic)], answers: ["0: OFPBFC_BAD_TYPE"]),
  ])
  func refusesMisuse(_ row: Misuse) throws {
    let bench = try Bench()
    let controller = try bench.connect(.v14)
    for (xid, (step, flags)) in row.steps.enumerated() {
      if let step {
        try controller.send([control(step, flags: flags, xid: UInt32(xid))])
      } else {
        try controller.send([try add(flow("actions=drop"), flags: flags, xid: UInt32(xid))])
      }
    }
    #expect(try told(controller.receive()) == row.answers)
    #expect(bench.bridge.flows().isEmpty)
  }

  /// The flags of answers are 0.
  @Test func answersWithoutFlags() throws {
    let controller = try Bench().connect(.v14)
    let answer = try controller.ask(control(.openRequest, flags: [.atomic, .ordered], xid: 1)).first
    #expect(answer?.bytes.suffix(8) == [0, 0, 0, 1, 0, 1, 0, 0])
  }

  @Test func refusesMessagesOfOtherKinds() throws {
    let controller = try Bench().connect(.v14)
    let answers = try controller.ask(
      control(.openRequest, xid: 1), add(.barrier, xid: 2), add(.features, xid: 3),
      control(.commitRequest, xid: 4))
    #expect(told(answers) == ["1: step 1", "2: OFPBFC_MSG_UNSUP", "3: OFPBFC_MSG_UNSUP", "4: step 5"])
  }

  /// Ten seconds after it was used last, a bundle is gone, and the peer is told so.
  @Test func forgetsABundleThatNobodyUses() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v14)
    #expect(try told(controller.ask(control(.openRequest, xid: 1))) == ["1: step 1"])
    controller.channel.embeddedEventLoop.advanceTime(by: .seconds(9))
    try controller.send([try add(flow("actions=drop"), xid: 2)])
    controller.channel.embeddedEventLoop.advanceTime(by: .seconds(9))
    #expect(try controller.receive().isEmpty)
    controller.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    let answers = try controller.receive()
    #expect(told(answers) == ["1: OFPBFC_TIMEOUT"])
    #expect(answers.first?.quoted(.v14)?[1] == 33)
    #expect(try told(controller.ask(control(.commitRequest, xid: 3))) == ["3: OFPBFC_BAD_ID"])
    #expect(bench.bridge.flows().isEmpty)
  }

  @Test func opensSoManyAndNoMore() throws {
    let controller = try Bench().connect(.v14)
    for id in 0...UInt32(BundleStore.bundleLimit) {
      try controller.send([
        OpenFlowRequest.bundleControl(BundleControl(bundle: id, step: .openRequest, flags: .atomic))
          .encode(version: .v14, xid: id)
      ])
    }
    let answers = told(try controller.receive())
    #expect(answers.last == "\(BundleStore.bundleLimit): OFPBFC_OUT_OF_BUNDLES")
    #expect(answers.filter { $0.hasSuffix("step 1") }.count == BundleStore.bundleLimit)
  }

  /// `out_port` means something only in deletions.
  @Test func modifiesWhateverTheRuleSendsTo() throws {
    let bench = try Bench()
    try bench.bridge.add("tcp,actions=output:1")
    let controller = try bench.connect(.v14)
    var mod = try FlowMod(parsing: "tcp,actions=output:2", command: .modify)
    mod.outPort = PortNumber(rawValue: 2)
    let answers = try controller.ask(add(.flowMod(mod), xid: 2), control(.commitRequest, xid: 3))
    #expect(told(answers) == ["3: step 5"])
    #expect(bench.bridge.flows().map(\.actions) == [[.output(PortNumber(rawValue: 2))]])
  }
}
