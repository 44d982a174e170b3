import Datapath
import Flow
import Match
import Pipeline
import Ports
import Sys
import TestKit

/// One run: builds a bridge, lets everything happen at once, and says what is wrong afterwards.
final class StressRun {
  /// A port with traffic.
  private struct Source {
    let port: BridgePort
    let device: MemoryPort
  }

  private let arguments: Arguments
  private let core: Switch
  private let bridge: Bridge
  private var sources: [Source] = []
  private var random = SeededGenerator(seed: 1)
  /// Frames of rules that are gone.
  private var countedByGone: UInt64 = 0
  /// Of ports that are gone.
  private var sentByGone: UInt64 = 0
  private var failures: [String] = []
  private var cycles = 0
  private var changes = 0

  init(_ arguments: Arguments) throws {
    self.arguments = arguments
    var settings = WorkerSettings()
    settings.workers = arguments.workers
    core = try Switch(settings: settings)
    bridge = try core.addBridge(named: "br0", datapathID: 1, settings: BridgeSettings(failMode: .secure))
  }

  func run() throws -> [String] {
    try addPorts()
    try addRules()
    bridge.onFlowsChanged = { [unowned self] outcome in
      for rule in outcome.removed where rule.statistics.table == 1 {
        countedByGone += rule.statistics.packets
      }
    }
    startTraffic()
    let start = MonotonicClock.nanoseconds
    let seconds = UInt64(arguments.seconds) * 1_000_000_000
    var memoryAfterWarmUp = 0
    while MonotonicClock.nanoseconds - start < seconds {
      try churn()
      if memoryAfterWarmUp == 0, MonotonicClock.nanoseconds - start > seconds / 2 {
        memoryAfterWarmUp = Self.residentBytes
      }
    }
    let memory = Self.residentBytes
    stopTraffic()
    check()
    // The sanitizer's own shadow grows with what was touched.
    if memory > memoryAfterWarmUp + memoryAfterWarmUp / 4 {
      failures.append("memory grew from \(memoryAfterWarmUp >> 20) to \(memory >> 20) MiB")
    }
    print(
      "\(arguments.workers) workers, \(bridge.ports.count) ports, \(received) frames, \(changes) changes of rules,",
      "\(cycles) ports that came and went, \(memory >> 20) MiB")
    core.stop()
    return failures
  }

  // MARK: Building

  private func addPorts() throws {
    // A port early and a port late: what an addition costs must not depend on how many there are.
    var early: UInt64 = 0
    var late: UInt64 = 0
    for number in 1...arguments.ports {
      let start = MonotonicClock.nanoseconds
      let port = try addPort(UInt16(number))
      let elapsed = MonotonicClock.nanoseconds - start
      if number <= arguments.ports / 10 { early += elapsed }
      if number > arguments.ports - arguments.ports / 10 { late += elapsed }
      guard number <= 8 else { continue }
      let device = try MemoryPort(sink: .count)
      port.attach(device)
      sources.append(Source(port: port, device: device))
    }
    print(
      "a port was added in \(early / UInt64(max(1, arguments.ports / 10)) / 1000) us at first,",
      "\(late / UInt64(max(1, arguments.ports / 10)) / 1000) us at last")
  }

  private func addPort(_ number: UInt16) throws -> BridgePort {
    try bridge.addPort(named: "p\(number)", number: PortNumber(rawValue: number), mac: 0x0200_0000_0000)
  }

  /// Each frame has exactly one rule of table 1, whatever comes and goes there.
  private func addRules() throws {
    try add("table=1,priority=1,actions=output:4001,output:3")
    try bridge.commit([
      .group(
        GroupMod(parsing: "group_id=1,type=select,bucket=resubmit(,1),bucket=resubmit(,1)", command: .add))
    ])
    try add("table=0,priority=1,actions=group:1")
  }

  private func add(_ rule: String) throws { try bridge.apply([FlowMod(parsing: rule[...], command: .add)]) }

  private func startTraffic() {
    for (place, source) in sources.enumerated() {
      source.device.feedEndlessly(
        (0..<64).map { flow in
          MemoryFrame(
            TestFrame(
              .ipv4(.init(.udp(.init(source: UInt16(flow), destination: 53)))),
              from: 0x0200_0000_0100 + UInt64(place * 64 + flow), to: 0x0200_0000_0999
            ).bytes)
        })
    }
  }

  private func stopTraffic() {
    for source in sources { source.device.feedEndlessly([]) }
    _ = core.workerReports
    core.serveLearning()
    _ = core.workerReports
  }

  // MARK: What happens at once

  private func churn() throws {
    let flow = Int.random(in: 0..<64, using: &random)
    let priority = Int.random(in: 2...5, using: &random)
    changes += 1
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1, 2:
      // One that is there already is taken out first, or what it counted would be gone with it.
      let match = "table=1,priority=\(priority),udp,tp_src=\(flow)"
      let outputs = "actions=output:4001,output:\(flow % 8 + 1)"
      try bridge.apply([
        FlowMod(parsing: match[...], command: .deleteStrict),
        FlowMod(parsing: "send_flow_rem,\(match),\(outputs)", command: .add),
      ])
    case 3, 4:
      try bridge.apply([
        FlowMod(parsing: "table=1,priority=\(priority),udp,tp_src=\(flow)", command: .deleteStrict)
      ])
    case 5, 6, 7, 8, 9: try cyclePort()
    case 10:
      _ = core.rebalance()
      core.balanceWorkers()
    default:
      bridge.expire()
      bridge.port(PortNumber(rawValue: UInt16(flow % 8 + 1)))?.queueAffinity = [0: flow % arguments.workers]
      _ = core.workerReports
      _ = bridge.flows()
      _ = bridge.ports.prefix(16).map { ($0.statistics, $0.lastDrops.count) }
    }
    core.serveLearning()
  }

  /// A port to which all workers send comes, or goes.
  private func cyclePort() throws {
    let number = PortNumber(rawValue: 4001)
    guard let port = bridge.port(number) else {
      try addPort(4001).attach(MemoryPort(sink: .count))
      return
    }
    port.detach()
    sentByGone += port.statistics.sentPackets
    bridge.remove(port)
    cycles += 1
  }

  // MARK: Afterwards

  private var received: UInt64 { sources.reduce(0) { $0 + $1.port.statistics.receivedPackets } }

  private func check() {
    let all = received
    let reports = core.workerReports
    expect(reports.reduce(0) { $0 + $1.frames }, all, "frames of all workers")
    expect(sources.reduce(0) { $0 + $1.port.statistics.receiveErrors }, 0, "frames lost by the ports")
    let flows = bridge.flows()
    expect(flows.filter { $0.table == 0 }.reduce(0) { $0 + $1.packets }, all, "frames of the rule of table 0")
    expect(
      flows.filter { $0.table == 1 }.reduce(0) { $0 + $1.packets } + countedByGone, all,
      "frames of the rules of table 1")
    expect(bridge.tables[0].lookups, all, "lookups of table 0")
    expect(bridge.tables[1].matches, all, "matches of table 1")
    let traffic = bridge.traffic(ofGroup: 1)
    expect(traffic?.total.packets ?? 0, all, "frames of the group")
    expect(traffic?.buckets.reduce(0) { $0 + $1.packets } ?? 0, all, "frames of the buckets")
    for source in sources {
      let counts = source.port.statistics
      expect(source.device.transmittedCount, counts.sentPackets, "frames that left by \(source.port.name)")
    }
  }

  private func expect(_ value: UInt64, _ expected: UInt64, _ what: String) {
    if value != expected { failures.append("\(what): \(value) instead of \(expected)") }
  }

  /// Of this process.
  private static var residentBytes: Int {
    let text = String(decoding: (try? SmallFile.bytes(path: "/proc/self/statm")) ?? [], as: UTF8.self)
    let words = text.split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * 4096 : 0
  }
}
