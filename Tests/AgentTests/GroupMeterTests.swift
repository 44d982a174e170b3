import Actions
import Bytes
import Datapath
import Flow
import Match
import OpenFlow
import Pipeline
import SwitchKit
import TestKit
import Testing

@testable import Agent

/// Groups and meters; what is refused, and how, was compared with Open vSwitch 3.1.
@Suite struct GroupMeterTests {
  private func ask(
    _ controller: Controller, _ request: OpenFlowRequest, xid: UInt32 = 9
  ) throws -> OpenFlowErrorCode? {
    try controller.ask(request.encode(version: controller.version, xid: xid)).first?.error(controller.version)
  }

  private func group(
    _ text: String, _ command: GroupMod.Command = .add
  ) throws -> OpenFlowRequest { .groupMod(try GroupMod(parsing: text[...], command: command)) }

  /// The numbers of the group's buckets.
  private func buckets(_ bench: Bench, _ group: UInt32) -> [UInt32] {
    bench.bridge.groups[group]?.description.buckets.map(\.id) ?? []
  }

  @Test(arguments: OpenFlowVersion.allCases)
  func addsModifiesAndDeletesGroups(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let controller = try bench.connect(version)
    #expect(try ask(controller, group("group_id=1,type=all,bucket=output:1")) == nil)
    #expect(try ask(controller, group("group_id=1,type=all")) == .groupExists)
    #expect(try ask(controller, group("group_id=2,type=all", .modify)) == .unknownGroup)
    #expect(
      try ask(controller, group("group_id=1,type=select,bucket=output:1,bucket=output:2", .modify)) == nil)
    #expect(bench.bridge.groups[1]?.description.type == .select)
    #expect(try ask(controller, group("group_id=3,type=indirect,bucket=group:1")) == nil)
    // It would lead back to itself.
    #expect(try ask(controller, group("group_id=1,type=all,bucket=group:3", .modify)) == .groupLoop)
    #expect(try ask(controller, .groupMod(GroupMod(command: .add, group: 0xffff_ff01))) == .invalidGroup)
    #expect(try ask(controller, .groupMod(GroupMod(command: .delete, group: 77))) == nil)
    let statistics = try controller.ask(
      OpenFlowRequest.groupStatistics(GroupID.all).encode(version: version, xid: 4))
    guard case .groupStatistics(let groups)? = statistics.first?.fromSwitch else {
      return #expect(Bool(false), "no group statistics")
    }
    #expect(groups.map(\.group) == [1, 3])
    #expect(groups.map(\.references) == [1, 0])
    #expect(groups.map(\.buckets.count) == [2, 1])
    let missing = try controller.ask(OpenFlowRequest.groupStatistics(5).encode(version: version, xid: 4))
    #expect(missing.first?.fromSwitch == .groupStatistics([]))
    #expect(try ask(controller, .groupMod(GroupMod(command: .delete, group: GroupID.all))) == nil)
    #expect(bench.bridge.groups.count == 0)
  }

  /// 1.5 has buckets with numbers: those that are inserted go behind the one that is named.
  @Test(arguments: [OpenFlowVersion.v10, .v15])
  func insertsAndRemovesBuckets(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let controller = try bench.connect(version)
    func insert(_ id: UInt32, _ place: UInt32, in group: UInt32 = 1) throws -> OpenFlowErrorCode? {
      var mod = GroupMod(command: .insertBucket, type: .select, group: group, commandBucket: place)
      mod.buckets = [Bucket(id: id, weight: 3, actions: [.output(PortNumber(rawValue: 1))])]
      return try ask(controller, .groupMod(mod))
    }
    func remove(_ place: UInt32, of group: UInt32 = 1) throws -> OpenFlowErrorCode? {
      try ask(
        controller,
        .groupMod(GroupMod(command: .removeBucket, type: .select, group: group, commandBucket: place)))
    }
    let text = "group_id=1,type=select" + (1...3).map { ",bucket=bucket_id=\($0),output:1" }.joined()
    #expect(try ask(controller, group(text)) == nil)
    #expect(try insert(9, 1) == nil)
    #expect(buckets(bench, 1) == [1, 9, 2, 3])
    #expect(bench.bridge.groups[1]?.description.buckets[1].weight == 3)
    #expect(try insert(10, 77) == .unknownBucket)
    #expect(try insert(2, BucketID.last) == .bucketExists)
    #expect(try insert(11, BucketID.first) == nil)
    #expect(try insert(12, BucketID.last) == nil)
    #expect(buckets(bench, 1) == [11, 1, 9, 2, 3, 12])
    #expect(try insert(1, BucketID.last, in: 99) == .unknownGroup)
    #expect(try remove(77) == .unknownBucket)
    #expect(try remove(9) == nil)
    #expect(try remove(BucketID.first) == nil)
    #expect(try remove(BucketID.last) == nil)
    #expect(buckets(bench, 1) == [1, 2, 3])
    #expect(try remove(BucketID.all) == nil)
    #expect(try remove(BucketID.last) == nil)
    #expect(buckets(bench, 1) == [])
    #expect(try remove(1, of: 99) == .unknownGroup)
  }

  /// A meter mod with these numbers, and what answers it.
  struct MeterCase: CustomTestStringConvertible {
    var name: String
    var command: UInt16 = 0
    var flags: UInt16 = 1
    var meter: UInt32
    var bands = 1
    var rate: UInt32 = 100
    var error: OpenFlowErrorCode?
    var testDescription: String { name }
  }

  @Test(arguments: [
    MeterCase(name: "1", meter: 1), MeterCase(name: "the highest", meter: MeterID.maximum),
    MeterCase(name: "slow path", meter: MeterID.slowPath),
    MeterCase(name: "controller", meter: MeterID.controller),
    MeterCase(name: "0", meter: 0, error: .invalidMeter),
    MeterCase(name: "above the highest", meter: MeterID.maximum + 1, error: .invalidMeter),
    MeterCase(name: "all", meter: MeterID.all, error: .invalidMeter),
    MeterCase(name: "unknown flags", flags: 0x11, meter: 1, error: .badMeterFlags),
    MeterCase(name: "two units", flags: 3, meter: 1, error: .badMeterFlags),
    MeterCase(name: "no unit", flags: 0, meter: 1, error: .badMeterFlags),
    MeterCase(name: "no bands", meter: 1, bands: 0, error: .outOfBands),
    MeterCase(name: "eight bands", meter: 1, bands: 8),
    MeterCase(name: "nine bands", meter: 1, bands: 9, error: .outOfBands),
    MeterCase(name: "a rate of 0", meter: 1, rate: 0, error: .badRate),
    MeterCase(name: "modifies what is not there", command: 1, meter: 1, error: .unknownMeter),
    MeterCase(name: "deletes what is not there", command: 2, meter: 1, bands: 0),
    MeterCase(name: "deletes 0", command: 2, meter: 0, bands: 0),
    MeterCase(name: "a command that is none", command: 9, meter: 1, error: .badMeterCommand),
  ])
  func takesOrRefusesMeters(_ row: MeterCase) throws {
    for version in BundleTests.versions {
      let bench = try Bench()
      let controller = try bench.connect(version)
      let message = Message.make(29, version, xid: 9) { writer in
        writer.write(row.command)
        writer.write(row.flags)
        writer.write(row.meter)
        for _ in 0..<row.bands {
          writer.write(UInt32(0x0001_0010))
          writer.write(row.rate)
          writer.pad(8)
        }
      }
      #expect(try controller.ask(message).map { $0.error(version) } == (row.error.map { [$0] } ?? []))
      let isThere = row.error == nil && row.command == 0
      #expect((bench.bridge.meters[row.meter] != nil) == isThere)
      // A burst that is not said is that of a second.
      if isThere { #expect(bench.bridge.meters[row.meter]?.config.bands.first?.burstSize == row.rate) }
    }
  }

  @Test func asksForMeters() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v13)
    for meter in [5, 2] as [UInt32] {
      let config = MeterConfig(meter: meter, flags: .packets, bands: [MeterBand(.drop, rate: 10)])
      #expect(try ask(controller, .meterMod(MeterMod(command: .add, config: config))) == nil)
    }
    func numbers(_ meter: UInt32) throws -> [UInt32]? {
      let answer = try controller.ask(OpenFlowRequest.meterConfig(meter).encode(version: .v13, xid: 4)).first
      guard case .meterConfig(let configs)? = answer?.fromSwitch else { return nil }
      return configs.map(\.meter)
    }
    #expect(try numbers(MeterID.all) == [2, 5])
    #expect(try numbers(5) == [5])
    #expect(try ask(controller, .meterConfig(6)) == .unknownMeter)
    #expect(try ask(controller, .meterStatistics(0)) == .unknownMeter)
    #expect(
      try ask(controller, .meterMod(MeterMod(command: .delete, config: MeterConfig(meter: MeterID.all))))
        == nil)
    #expect(try numbers(MeterID.all) == [])
  }

  @Test func reportsWhatWasMetered() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v13)
    let config = MeterConfig(
      meter: 5, flags: [.packets, .burst], bands: [MeterBand(.drop, rate: 1, burstSize: 4)])
    #expect(try ask(controller, .meterMod(MeterMod(command: .add, config: config))) == nil)
    #expect(try controller.ask(Message.flowMod("in_port=1,actions=meter:5,output:2", .v13, xid: 7)).isEmpty)
    let frame = TestFrame.udp().bytes
    // In one batch, so that no token comes in between.
    bench.network.feed(Array(repeating: frame, count: 10), to: bench.first)
    #expect(bench.second.take().count == 4)
    let answer = try controller.ask(OpenFlowRequest.meterStatistics(5).encode(version: .v13, xid: 4)).first
    guard case .meterStatistics(let statistics)? = answer?.fromSwitch, let meter = statistics.first else {
      return #expect(Bool(false), "no meter statistics")
    }
    #expect((meter.meter, meter.flows, meter.packets) == (5, 1, 10))
    #expect(meter.bytes == UInt64(10 * frame.count))
    #expect(meter.bands == [MeterStatistics.Band(packets: 6, bytes: UInt64(6 * frame.count))])
  }

  /// The error is Open vSwitch's.
  @Test(arguments: BundleTests.versions)
  func refusesWhatNamesAMeterThatDoesNotExist(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let controller = try bench.connect(version)
    let rule = try Message.flowMod("in_port=1,actions=meter:5,output:2", version, xid: 7)
    #expect(try controller.ask(rule).map { $0.error(version) } == [.invalidMeter])
    #expect(bench.bridge.flows().isEmpty)
    #expect(
      try controller.ask(Message.flowMod("actions=controller(meter_id=5)", version, xid: 7)).isEmpty)
    guard version == .v15 else { return }
    let message = PacketOut(
      inPort: PortNumber(rawValue: 1), actions: [.meter(5)], frame: TestFrame.udp().bytes)
    #expect(try ask(controller, .packetOut(message)) == .invalidMeter)
  }

  @Test func tellsOfRulesThatGoWithTheirMeter() throws {
    let bench = try Bench()
    let controller = try bench.listen(.v14)
    let config = MeterConfig(meter: 5, flags: .packets, bands: [MeterBand(.drop, rate: 1)])
    #expect(try ask(controller, .meterMod(MeterMod(command: .add, config: config))) == nil)
    #expect(
      try controller.ask(Message.flowMod("send_flow_rem,actions=meter:5,output:2", .v14, xid: 7)).isEmpty)
    let told = try controller.ask(
      OpenFlowRequest.meterMod(MeterMod(command: .delete, config: config)).encode(version: .v14, xid: 4))
    guard case .flowRemoved(let removed)? = told.first?.fromSwitch else {
      return #expect(Bool(false), "told \(told)")
    }
    #expect(removed.reason == .meterDelete)
    #expect(bench.bridge.flows().isEmpty)
  }

  /// Another controller is told, in its version's form, once it asked to be.
  @Test(arguments: [OpenFlowVersion.v14, .v15])
  func forwardsRequests(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let (changing, listening) = (try bench.connect(.v13), try bench.listen(version))
    let silent = try bench.connect(version)
    let request = try group("group_id=1,type=all,bucket=output:1")
    #expect(try ask(changing, request, xid: 77) == nil)
    #expect(try listening.receive().isEmpty)
    // REQUESTFORWARD for a primary or equal.
    let wanted = Message.make(28, version, xid: 3) { $0.write([0, 11, 0, 8, 0, 0, 0, 3] as [UInt8]) }
    for controller in [listening, silent] { #expect(try controller.ask(wanted).isEmpty) }
    #expect(try ask(changing, request) == .groupExists)
    #expect(try ask(changing, try group("group_id=1,type=all", .modify), xid: 78) == nil)
    let told = try listening.receive().map(\.fromSwitch)
    guard case .requestForward(let forwarded)? = told.first, told.count == 1 else {
      return #expect(Bool(false), "told \(told)")
    }
    #expect(forwarded.xid == 78)
    // One that wants no asynchronous messages gets none.
    #expect(try silent.receive().isEmpty)
    #expect(try changing.receive().isEmpty)
  }
}
