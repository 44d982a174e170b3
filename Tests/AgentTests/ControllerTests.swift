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

/// Controllers that the switch connects to.
@Suite struct ControllerTests {
  private static let frame = TestFrame.udp().bytes

  // MARK: Connecting

  @Test(
    arguments: [
      (8_000, [0, 1_000, 3_000, 7_000, 15_000, 23_000]), (2_000, [0, 1_000, 3_000, 5_000, 7_000]),
      (1_000, [0, 1_000, 2_000, 3_000]),
    ] as [(Int, [Int64])])
  func triesAgainLessAndLessOften(maximum: Int, times: [Int64]) throws {
    let bench = try ControllerBench()
    bench.fault = ChannelError.connectTimeout(.seconds(1))
    let target = try bench.configure { $0.maximumBackoff = maximum }
    bench.advance(milliseconds: times[times.count - 1])
    #expect(bench.attempts == times)
    let status = try #require(bench.set.status(of: target))
    #expect(status.state == .backoff)
    #expect(status.lastError == "no answer")
    #expect(!status.isConnected)
    // Said once, not for each attempt.
    #expect(bench.events.count == 1)
  }

  @Test func startsAnewAfterAGoodConnection() throws {
    let bench = try ControllerBench()
    bench.fault = ChannelError.connectTimeout(.seconds(1))
    let target = try bench.configure { $0.inactivityProbe = 0 }
    bench.fault = nil
    bench.advance(milliseconds: 1_000)
    try bench.greet()
    #expect(bench.set.status(of: target)?.state == .active)
    #expect(bench.set.status(of: target)?.role == .equal)
    bench.advance(milliseconds: 10_000)
    bench.peer?.channel.close(promise: nil)
    #expect(bench.set.status(of: target)?.lastError == "the controller closed the connection")
    bench.advance(milliseconds: 1_000)
    #expect(bench.attempts == [0, 1_000, 12_000])
    // One that is closed at once makes the wait longer.
    try bench.greet()
    bench.peer?.channel.close(promise: nil)
    bench.advance(milliseconds: 1_999)
    #expect(bench.attempts.count == 3)
    bench.advance(milliseconds: 1)
    #expect(bench.attempts.count == 4)
    #expect(bench.set.status(of: target)?.secondsSinceConnect == 2)
  }

  @Test func givesUpAControllerThatDoesNotSayHello() throws {
    let bench = try ControllerBench()
    let target = try bench.configure { $0.inactivityProbe = 0 }
    #expect(bench.set.status(of: target)?.state == .connecting)
    bench.advance(milliseconds: 999)
    #expect(bench.peer?.isOpen == true)
    bench.advance(milliseconds: 1)
    #expect(bench.peer?.isOpen == false)
    #expect(bench.set.status(of: target)?.lastError == "no hello within 1 s")
  }

  @Test func saysWhyThereIsNoCommonVersion() throws {
    let bench = try ControllerBench()
    let target = try bench.configure()
    bench.bench.agent.versions = [.v10]
    try bench.peer?.send([Message.make(0, .v13, xid: 1) { $0.write([0, 1, 0, 8, 0, 0, 0, 16] as [UInt8]) }])
    #expect(bench.peer?.isOpen == false)
    #expect(
      bench.set.status(of: target)?.lastError == "no common version: this bridge speaks OpenFlow10 only")
  }

  @Test func goesOnWhenOnlySettingsChange() throws {
    let bench = try ControllerBench()
    let target = try bench.configure()
    try bench.greet()
    try bench.configure {
      $0.inactivityProbe = 20_000
      $0.rateLimit = 100
    }
    #expect(bench.peer?.isOpen == true)
    #expect(bench.attempts.count == 1)
    #expect(bench.set.status(of: target)?.actions?.dropped == 0)
    bench.set.configure([], failMode: .secure)
    #expect(bench.peer?.isOpen == false)
    #expect(bench.set.status(of: target) == nil)
    bench.advance(milliseconds: 100_000)
    #expect(bench.attempts.count == 1)
  }

  // MARK: Signs of life

  @Test func asksASilentControllerForASignOfLife() throws {
    let bench = try ControllerBench()
    let target = try bench.configure()
    try bench.greet()
    bench.advance(milliseconds: 4_999)
    #expect(try bench.peer?.receive().isEmpty == true)
    bench.advance(milliseconds: 1)
    #expect(try bench.peer?.receive().map(\.header.type) == [2])
    #expect(bench.set.status(of: target)?.state == .idle)
    #expect(bench.set.status(of: target)?.isConnected == true)
    try bench.peer?.send([Message.make(3, .v13, xid: 0)])
    #expect(bench.set.status(of: target)?.state == .active)
    bench.advance(milliseconds: 5_000)
    #expect(try bench.peer?.receive().map(\.header.type) == [2])
    bench.advance(milliseconds: 4_999)
    #expect(bench.peer?.isOpen == true)
    bench.advance(milliseconds: 1)
    #expect(bench.peer?.isOpen == false)
    #expect(bench.set.status(of: target)?.lastError == "no sign of life for 10000 ms")
  }

  @Test func anythingIsASignOfLife() throws {
    let bench = try ControllerBench()
    try bench.configure()
    try bench.greet()
    for _ in 0..<10 {
      bench.advance(milliseconds: 4_000)
      try bench.peer?.send([Message.barrier(.v13, xid: 7)])
      #expect(try bench.peer?.receive().map(\.header.type) == [21])
    }
  }

  @Test func asksNobodyWithoutAPeriod() throws {
    let bench = try ControllerBench()
    try bench.configure { $0.inactivityProbe = 0 }
    try bench.greet()
    bench.advance(milliseconds: 1_000_000)
    #expect(try bench.peer?.receive().isEmpty == true)
    try bench.configure { $0.inactivityProbe = 3_000 }
    bench.advance(milliseconds: 1_000)
    #expect(try bench.peer?.receive().map(\.header.type) == [2])
    // It has the whole period to answer, however long it was silent before.
    bench.advance(milliseconds: 2_999)
    #expect(bench.peer?.isOpen == true)
    bench.advance(milliseconds: 1)
    #expect(bench.peer?.isOpen == false)
  }

  // MARK: What it is told

  private func told(_ bench: ControllerBench, frames: Int = 1) throws -> [OpenFlowFrame] {
    bench.bench.network.feed(Array(repeating: Self.frame, count: frames), to: bench.bench.first)
    bench.bench.deliverPacketIns()
    return try bench.peer?.receive() ?? []
  }

  @Test func tellsAPrimaryFromTheStart() throws {
    let bench = try ControllerBench()
    try bench.bench.bridge.add("actions=controller(reason=no_match)")
    try bench.configure()
    try bench.greet()
    let frame = [UInt8](repeating: 1, count: 12) + [8, 0] + [UInt8](repeating: 0, count: 300)
    bench.bench.network.feed([frame], to: bench.bench.first)
    bench.bench.deliverPacketIns()
    let message = try #require(try bench.peer?.receive().first)
    #expect(message.header.type == 10)
    #expect(message.bytes.suffix(frame.count) == frame[...], "no frame is kept, so all of it is sent")
  }

  @Test func tellsAServiceNothingUntilItAsks() throws {
    let bench = try ControllerBench()
    try bench.bench.bridge.add("actions=controller")
    try bench.configure(kind: .service)
    try bench.greet()
    #expect(try told(bench).isEmpty)
    try bench.peer?.send([Message.setConfig(.v13, missSendLength: 64)])
    #expect(try told(bench).map(\.header.type) == [10])
  }

  @Test func tellsNothingWhenAsynchronousMessagesAreOff() throws {
    let bench = try ControllerBench()
    try bench.bench.bridge.add("actions=controller")
    try bench.configure { $0.enablesAsynchronousMessages = false }
    try bench.greet()
    #expect(try told(bench).isEmpty)
    try bench.peer?.send([Message.setAsync([2, 0, 0, 0, 0, 0], xid: 4)])
    #expect(try told(bench).map(\.header.type) == [10])
  }

  @Test func limitsPacketIns() throws {
    let bench = try ControllerBench()
    try bench.bench.bridge.add("in_port=1,actions=controller")
    let target = try bench.configure {
      $0.rateLimit = 100
      $0.burstLimit = 25
    }
    try bench.greet()
    #expect(try told(bench, frames: 30).count == 25)
    bench.advance(milliseconds: 10)
    #expect(try bench.peer?.receive().count == 1)
    bench.advance(milliseconds: 30)
    #expect(try bench.peer?.receive().count == 3)
    let status = try #require(bench.set.status(of: target))
    #expect(status.actions?.bypassed == 25)
    #expect(status.actions?.queued == 5)
    #expect(status.actions?.backlog == 1)
    #expect(status.misses?.bypassed == 0)
  }

  /// A controller that does not read neither holds memory nor keeps others waiting.
  @Test func dropsWhatASlowControllerDoesNotTake() throws {
    let bench = try ControllerBench()
    try bench.bench.bridge.add("actions=controller")
    let target = try bench.configure()
    try bench.greet()
    bench.peer?.channel.isWritable = false
    #expect(try told(bench, frames: 5).isEmpty)
    #expect(bench.set.status(of: target)?.untaken == 5)
    bench.peer?.channel.isWritable = true
    #expect(try told(bench).count == 1)
  }

  // MARK: Without controllers

  /// What port 2 gets of a frame that the tables drop.
  private func leaves(_ bench: ControllerBench) -> Int {
    bench.bench.network.feed([Self.frame], to: bench.bench.first)
    return bench.bench.second.take().count
  }

  @Test func standsAloneWithoutControllers() throws {
    let bench = try ControllerBench(failMode: .standalone)
    let bridge = bench.bench.bridge
    try bridge.add("priority=65535,actions=drop")
    try bench.configure { $0.inactivityProbe = 1_000 }
    try bench.greet()
    bench.advance(milliseconds: 2_000)
    #expect(bench.peer?.isOpen == false)
    bench.fault = ChannelError.connectTimeout(.seconds(1))
    bench.advance(milliseconds: 2_999)
    #expect(!bridge.isStandingAlone)
    #expect(leaves(bench) == 0)
    bench.advance(milliseconds: 1)
    #expect(bridge.isStandingAlone)
    #expect(leaves(bench) == 1)
    #expect(bridge.flows().count == 1)
    bench.fault = nil
    while bench.peer?.isOpen != true { bench.advance(milliseconds: 100) }
    #expect(bridge.isStandingAlone)
    try bench.greet()
    #expect(!bridge.isStandingAlone)
    #expect(leaves(bench) == 0)
    #expect(
      bench.events.filter { $0.hasPrefix("standsAlone") } == ["standsAlone(true)", "standsAlone(false)"])
  }

  @Test func standsAloneWhenNoControllerWasEverThere() throws {
    let bench = try ControllerBench(failMode: .standalone)
    bench.fault = ChannelError.connectTimeout(.seconds(1))
    try bench.configure()
    bench.advance(milliseconds: 14_999)
    #expect(!bench.bench.bridge.isStandingAlone)
    bench.advance(milliseconds: 1)
    #expect(bench.bench.bridge.isStandingAlone)
    bench.set.configure([], failMode: .standalone)
    #expect(!bench.bench.bridge.isStandingAlone)
  }

  @Test(arguments: [
    (BridgeSettings.FailMode.secure, ControllerSpecification.Kind.primary), (.standalone, .service),
  ])
  func neverStandsAlone(failMode: BridgeSettings.FailMode, kind: ControllerSpecification.Kind) throws {
    let bench = try ControllerBench(failMode: failMode)
    bench.fault = ChannelError.connectTimeout(.seconds(1))
    try bench.configure(kind: kind)
    bench.advance(milliseconds: 1_000_000)
    #expect(!bench.bench.bridge.isStandingAlone)
    #expect(leaves(bench) == 0)
  }

  // MARK: In-band

  @Test func letsAnInBandConnectionThrough() throws {
    let bench = try ControllerBench()
    let bridge = bench.bench.bridge
    let target = try ControllerTarget("tcp:10.0.0.2:53")
    // Two of the local port's address resolution, one of DHCP, four for the controller.
    let rules = InBandRules.make(mac: "02:00:00:00:00:09", controllers: [target])
    #expect(rules.count == 7)
    bridge.setHiddenRules(rules, standsAlone: false)
    func frame(to port: UInt16) -> [UInt8] {
      TestFrame(.ipv4(.init(.tcp(.init(source: 1, destination: port))))).bytes
    }
    bench.bench.network.feed([frame(to: 53), frame(to: 54)], to: bench.bench.first)
    #expect(bench.bench.second.take().map(\.bytes) == [frame(to: 53)])
    #expect(bridge.flows().isEmpty)
  }
}
