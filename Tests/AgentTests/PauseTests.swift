import Bytes
import Datapath
import Flow
import Match
import OpenFlow
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

@testable import Agent

/// `controller(pause)` and NXT_RESUME: what a controller gets, and what becomes of what it gives back.
///
/// That the same is done with the same frames as in Open vSwitch is for `System.PauseTests`.
@Suite struct PauseTests {
  private static let frame = TestFrame.udp().bytes

  /// A bench with these rules and a listener that takes NXT_PACKET_IN2.
  private static func bench(
    _ rules: String..., version: OpenFlowVersion = .v13, format: PacketInFormat = .nxm2
  ) throws -> (Bench, Controller) {
    let bench = try Bench()
    for rule in rules { try bench.bridge.add(rule) }
    let listener = try bench.listen(version)
    try listener.send([OpenFlowRequest.setPacketInFormat(format).encode(version: version, xid: 3)])
    return (bench, listener)
  }

  /// Feeds a frame to port 1. Returns the packet-ins that it causes.
  private static func feed(_ bench: Bench, _ listener: Controller) throws -> [PacketInMessage] {
    bench.network.feed([frame], to: bench.first)
    return try told(bench, listener)
  }

  private static func told(_ bench: Bench, _ listener: Controller) throws -> [PacketInMessage] {
    bench.deliverPacketIns()
    return try listener.receive().compactMap(\.packetIn)
  }

  private static func resume(_ message: PacketInMessage, xid: UInt32 = 7, _ version: OpenFlowVersion = .v13)
    -> [UInt8]
  { Resume(message).encode(version: version, xid: xid) }

  // MARK: userdata

  @Test(arguments: OpenFlowVersion.allCases)
  func carriesUserData(version: OpenFlowVersion) throws {
    let (bench, listener) = try Self.bench(
      "cookie=0x12,actions=controller(userdata=01.02.ff)", version: version)
    let message = try #require(try Self.feed(bench, listener).first)
    #expect(message.userData == [1, 2, 0xff])
    #expect(message.continuation == nil)
    #expect(message.cookie == 0x12)
    #expect(message.frame == Self.frame)
    #expect(bench.first.drops.isEmpty)
  }

  /// The bytes outlive the rule: what was queued before it went is told with them.
  @Test func carriesUserDataOfARuleThatIsGone() throws {
    let (bench, listener) = try Self.bench("actions=controller(userdata=0102)")
    bench.network.feed([Self.frame], to: bench.first)
    try bench.bridge.setRules(["actions=drop"])
    #expect(try Self.told(bench, listener).map(\.userData) == [[1, 2]])
  }

  @Test(arguments: [PacketInFormat.standard, .nxm])
  func leavesUserDataOutOfOtherFormats(format: PacketInFormat) throws {
    let (bench, listener) = try Self.bench("actions=controller(userdata=01,pause),2", format: format)
    let message = try #require(try Self.feed(bench, listener).first)
    #expect(message.userData.isEmpty)
    #expect(message.continuation == nil)
    // Nobody can resume it, so nothing is kept of it.
    #expect(bench.second.take().isEmpty)
    #expect(bench.first.drops.isEmpty)
  }

  // MARK: pause

  @Test(arguments: OpenFlowVersion.allCases)
  func goesOnWhereItWasPaused(version: OpenFlowVersion) throws {
    let (bench, listener) = try Self.bench(
      "cookie=0x5,actions=set_field:1->reg0,controller(pause,userdata=07),set_field:2->reg1,output:2,"
        + "controller", version: version)
    let paused = try #require(try Self.feed(bench, listener).first)
    #expect(paused.userData == [7])
    #expect(paused.continuation != nil)
    #expect(bench.second.take().isEmpty)
    try listener.send([Self.resume(paused, version)])
    #expect(bench.second.take().map(\.bytes) == [Self.frame])
    let later = try #require(try Self.told(bench, listener).first)
    #expect(later.cookie == 0x5)
    #expect(later.continuation == nil)
    #expect(later.metadata == (try FlowMod(parsing: "in_port=1,reg0=1,reg1=2", command: .delete).match))
    #expect(bench.first.drops.isEmpty)
  }

  /// As in Open vSwitch: the controller's frame and metadata take the place of those that it got.
  @Test func takesWhatTheControllerChanged() throws {
    let (bench, listener) = try Self.bench(
      "actions=controller(pause),resubmit(,1)", "table=1,reg3=5,in_port=2,dl_vlan=7,actions=in_port,1",
      "table=1,priority=0,actions=drop")
    var paused = try #require(try Self.feed(bench, listener).first)
    paused.frame = TestFrame.udp(tags: [.init(vlan: 7)]).bytes
    paused.metadata = try FlowMod(parsing: "in_port=2,reg3=5", command: .delete).match
    try listener.send([Self.resume(paused)])
    #expect(bench.first.take().map(\.bytes) == [paused.frame])
    #expect(bench.second.take().map(\.bytes) == [paused.frame])
  }

  /// What becomes of the rules meanwhile is no concern of the frame.
  @Test func goesOnWithoutTheRule() throws {
    let (bench, listener) = try Self.bench(
      "cookie=0x9,actions=controller(pause),learn(table=3,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]),output:2,"
        + "controller(userdata=0a),controller(pause,userdata=0b),output:2")
    let paused = try #require(try Self.feed(bench, listener).first)
    try bench.bridge.setRules([])
    try listener.send([Self.resume(paused)])
    #expect(bench.second.take().count == 1)
    #expect(bench.bridge.flows().map(\.table) == [3])
    let told = try Self.told(bench, listener)
    #expect(told.map(\.userData) == [[10], [11]])
    #expect(told.map(\.cookie) == [9, 9])
    try listener.send([Self.resume(try #require(told.last))])
    #expect(bench.second.take().count == 1)
  }

  /// A mirror that has had its copy gets none of the frame when it goes on.
  @Test func remembersMirrors() throws {
    let (bench, listener) = try Self.bench("actions=controller(pause),2")
    let third = try bench.network.addPort(3, to: bench.bridge)
    bench.bridge.settings.mirrors = [
      MirrorSettings(name: "m0", selectsAll: true, output: .port(third.port.name))
    ]
    let paused = try #require(try Self.feed(bench, listener).first)
    #expect(third.take().map(\.bytes) == [Self.frame])
    try listener.send([Self.resume(paused)])
    #expect(bench.second.take().map(\.bytes) == [Self.frame])
    #expect(third.take().isEmpty)
  }

  // MARK: Who may not go on

  @Test func sendsEachFrameOnOnce() throws {
    let (bench, listener) = try Self.bench("actions=controller(pause),2")
    let paused = try #require(try Self.feed(bench, listener).first)
    try listener.send([Self.resume(paused)])
    #expect(bench.second.take().count == 1)
    let answers = try listener.ask(Self.resume(paused, xid: 99))
    #expect(answers.map { $0.error(.v13) } == [.staleContinuation])
    #expect(answers.map(\.header.xid) == [99])
    #expect(bench.second.take().isEmpty)
  }

  @Test func refusesWhatItDidNotWrite() throws {
    let (bench, listener) = try Self.bench("actions=controller(pause),2")
    let paused = try #require(try Self.feed(bench, listener).first)
    let token = try #require(paused.continuation)
    var forged: [PacketInMessage.Continuation?] = [nil, .init([]), .init(high: 1, low: 2)]
    forged += token.bytes.indices.map { index in
      var bytes = token.bytes
      bytes[index] ^= 1
      return .init(bytes)
    }
    forged += (0..<token.bytes.count).map { .init(Array(token.bytes.prefix($0))) }
    forged.append(.init(token.bytes + token.bytes))
    for continuation in forged {
      var message = paused
      message.continuation = continuation
      // Padding says nothing.
      if continuation?.token?.high == token.token?.high, continuation?.token?.low == token.token?.low {
        continue
      }
      #expect(try listener.ask(Self.resume(message)).map { $0.error(.v13) } == [.staleContinuation])
    }
    #expect(bench.second.take().isEmpty)
    try listener.send([Self.resume(paused)])
    #expect(bench.second.take().count == 1)
  }

  @Test func dropsFramesThatNobodyWithTheIDListensFor() throws {
    let (bench, listener) = try Self.bench("actions=controller(pause,id=7),2")
    #expect(try Self.feed(bench, listener).isEmpty)
    #expect(bench.first.drops == [.noController: 1])
    let seven = Message.nicira(20, .v13, xid: 3) { $0.write(UInt64(7)) }
    try listener.send([seven])
    #expect(try Self.feed(bench, listener).count == 1)
    #expect(bench.first.drops == [.noController: 1])
  }

  /// Controllers that never give anything back cost no more than so many frames.
  @Test func keepsSoManyFrames() throws {
    let (bench, listener) = try Self.bench("actions=controller(pause),2")
    var first: PacketInMessage?
    for _ in 0..<16 {
      bench.network.feed(Array(repeating: Self.frame, count: 256), to: bench.first)
      let told = try Self.told(bench, listener)
      #expect(told.count == 256)
      first = first ?? told.first
    }
    #expect(bench.first.drops.isEmpty)
    #expect(try Self.feed(bench, listener).isEmpty)
    #expect(bench.first.drops == [.tooManyPaused: 1])
    try listener.send([Self.resume(try #require(first))])
    #expect(bench.second.take().count == 1)
    #expect(try Self.feed(bench, listener).count == 1)
    #expect(bench.first.drops == [.tooManyPaused: 1])
  }

  /// A frame that is too short for an Ethernet header goes nowhere, and nothing else happens.
  @Test func survivesBadFrames() throws {
    let (bench, listener) = try Self.bench("actions=controller(pause),2")
    for length in [1, 13] {
      var paused = try #require(try Self.feed(bench, listener).first)
      paused.frame = Array(paused.frame.prefix(length))
      paused.frameByteCount = length
      #expect(try listener.ask(Self.resume(paused)).isEmpty)
    }
    #expect(bench.second.take().isEmpty)
    #expect(try Self.feed(bench, listener).count == 1)
  }
}
