import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import Synchronization
import Sys
import TestKit
import Testing

/// What several workers count together is exact, whatever happens meanwhile.
struct SeveralWorkersTests {
  private static let workers = 4
  private static let perPort: UInt64 = 3200

  /// Feeds as many frames to each port, a batch at a time to all of them, so that all workers are at work.
  private func feed(_ subject: TestSwitch, _ count: UInt64, during change: (UInt64) throws -> Void = { _ in })
    rethrows
  {
    for round in 0..<(count / 32) {
      for each in subject.attachments {
        var frame = TestFrame(.ipv4(.init(.udp(.init(source: UInt16(round), destination: 53)))))
        frame.source = 0x0200_0000_0000 | UInt64(each.port.number.rawValue)
        each.device.feed(Array(repeating: MemoryFrame(frame.bytes), count: 32))
      }
      try change(round)
    }
    for each in subject.attachments {
      while each.port.statistics.receivedPackets < count { subject.core.serveLearning(); Thread.yield() }
    }
    subject.settle()
  }

  @Test func everyFrameIsCountedOnce() throws {
    let subject = try TestSwitch(workers: Self.workers)
    let bridge = try subject.addBridge(failMode: .secure)
    for number in 1...8 { try subject.addPort(UInt16(number), to: bridge, sink: .count) }
    // Everything goes to one port, so that all workers want its queue.
    try bridge.add("table=0,priority=1,actions=resubmit(,1)")
    try bridge.addGroup("group_id=1,type=all,bucket=output:8")
    try bridge.add("table=1,priority=1,udp,actions=group:1")
    try feed(subject, Self.perPort)
    let all = Self.perPort * 8
    let ports = subject.attachments.map(\.port.statistics)
    #expect(ports.reduce(0) { $0 + $1.receivedPackets } == all)
    // A frame does not go back to the port where it came in.
    #expect(ports[7].sentPackets == all - Self.perPort)
    #expect(subject.attachments[7].device.transmittedCount == all - Self.perPort)
    #expect(ports.reduce(0) { $0 + $1.receiveDrops } == Self.perPort)
    for rule in bridge.flows(matching: FlowFilter()) { #expect(rule.packets == all) }
    #expect(bridge.traffic(ofGroup: 1)?.total.packets == all)
    #expect(bridge.traffic(ofGroup: 1)?.buckets.first?.packets == all)
    #expect(bridge.tables[0].lookups == all)
    #expect(bridge.tables[0].matches == all)
    #expect(bridge.tables[1].matches == all)
    let reports = subject.core.workerReports
    #expect(reports.count == Self.workers)
    #expect(reports.reduce(0) { $0 + $1.frames } == all)
    #expect(reports.allSatisfy { $0.frames == 2 * Self.perPort })
  }

  @Test func rulesThatComeAndGoLoseNoCount() throws {
    let subject = try TestSwitch(workers: Self.workers)
    let bridge = try subject.addBridge(failMode: .secure)
    for number in 1...8 { try subject.addPort(UInt16(number), to: bridge, sink: .count) }
    try bridge.add("table=0,priority=1,actions=output:1")
    let gone = Mutex<UInt64>(0)
    bridge.onFlowsChanged = { outcome in
      for rule in outcome.removed { gone.withLock { $0 += rule.statistics.packets } }
    }
    try feed(subject, Self.perPort) { round in
      if round % 2 == 0 {
        try bridge.add("table=0,priority=2,send_flow_rem,udp,actions=output:2")
      } else {
        try bridge.apply([FlowMod(parsing: "table=0,priority=2,udp", command: .deleteStrict)])
      }
    }
    let there = bridge.flows(matching: FlowFilter()).reduce(0) { $0 + $1.packets }
    #expect(there + gone.withLock { $0 } == Self.perPort * 8)
    #expect(gone.withLock { $0 } > 0)
  }

  @Test func learnedRulesAreThereForAllWorkers() throws {
    let subject = try TestSwitch(workers: Self.workers)
    let bridge = try subject.addBridge(failMode: .secure)
    for number in 1...8 { try subject.addPort(UInt16(number), to: bridge, sink: .count) }
    try bridge.add(
      "table=0,actions=learn(table=1,cookie=7,limit=5,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,1)"
    )
    try bridge.add("table=1,priority=0,actions=drop")
    try feed(subject, 320)
    let learned = bridge.flows(matching: FlowFilter(table: 1)).filter { $0.priority != 0 }
    // All workers ask for rules at the same time, and no more come than may.
    #expect(learned.count == 5)
  }

  @Test func portsGoWhileAllWorkersSendThere() throws {
    let subject = try TestSwitch(workers: Self.workers)
    let bridge = try subject.addBridge(failMode: .secure)
    for number in 1...8 { try subject.addPort(UInt16(number), to: bridge, sink: .count) }
    try bridge.add("table=0,actions=output:9")
    var sent: UInt64 = 0
    var devices: [MemoryPort] = []
    try feed(subject, Self.perPort) { round in
      if round % 4 == 0 {
        let port = try subject.addBarePort(9, to: bridge)
        let device = try MemoryPort(sink: .count)
        devices.append(device)
        port.attach(device)
      } else if round % 4 == 2, let port = bridge.port(PortNumber(rawValue: 9)) {
        port.detach()
        sent += port.statistics.sentPackets
        bridge.remove(port)
      }
    }
    if let port = bridge.port(PortNumber(rawValue: 9)) { sent += port.statistics.sentPackets }
    #expect(devices.reduce(0) { $0 + $1.transmittedCount } == sent)
    let dropped = subject.attachments.reduce(0) { $0 + $1.port.statistics.receiveDrops }
    #expect(sent + dropped == Self.perPort * 8)
  }

  /// Frames of one queue, which goes from worker to worker meanwhile, leave in the order in which they came.
  @Test func queuesMoveWithoutLosingOrReorderingFrames() throws {
    let subject = try TestSwitch(workers: Self.workers)
    let bridge = try subject.addBridge(failMode: .secure)
    let source = try subject.addPort(1, to: bridge)
    let sink = try subject.addPort(2, to: bridge)
    try bridge.add("table=0,actions=output:2")
    var sent: [UInt16] = []
    for round in 0..<UInt16(200) {
      let numbers = (0..<50).map { round * 50 + $0 }
      sent += numbers
      source.device.feed(
        numbers.map { MemoryFrame(TestFrame(.ipv4(.init(.udp(.init(source: $0, destination: 53))))).bytes) })
      source.port.queueAffinity = [0: Int(round) % Self.workers]
    }
    while source.port.statistics.receivedPackets < UInt64(sent.count) { Thread.yield() }
    subject.settle()
    let received = sink.take().map { UInt16($0.bytes[34]) << 8 | UInt16($0.bytes[35]) }
    #expect(received == sent)
    // It was not one worker that did everything.
    #expect(subject.core.workerReports.count { $0.frames > 0 } > 1)
    #expect(subject.core.workerReports.flatMap(\.queues).count { subject.core.isPinned($0) } == 1)
  }

  /// A port that takes nothing costs the others no frame.
  @Test func aFullPortLosesItsOwnFramesOnly() throws {
    let subject = try TestSwitch(workers: 2)
    let bridge = try subject.addBridge(failMode: .secure)
    for number in 1...2 { try subject.addPort(UInt16(number), to: bridge, sink: .count) }
    let full = try subject.addPort(3, to: bridge) { ConstrainedPort($0, framesPerBatch: 0) }
    let open = try subject.addPort(4, to: bridge, sink: .count)
    try bridge.add("table=0,in_port=1,actions=output:3,output:4")
    try bridge.add("table=0,in_port=2,actions=output:3,output:4")
    try feed(subject, 3200)
    #expect(open.device.transmittedCount == 6400)
    #expect(full.port.statistics.sentPackets == 0)
    #expect(full.port.copyDrops.reduce(0) { $0 + $1.count } == 6400)
    #expect(full.port.copyDrops.allSatisfy { [.transmitQueueFull, .deviceRefused].contains($0.reason) })
    #expect(full.port.lastDrops.count > 0)
  }
}
