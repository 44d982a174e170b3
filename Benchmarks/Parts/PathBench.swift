import Actions
import Datapath
import Flow
import Glibc
import Match
import Pipeline
import Ports

/// A switch of one worker between memory ports: frames come again and again by port 1, and what leaves by port 2 or 3 is
/// counted.
final class PathBench {
  let bridge: Bridge
  private let theSwitch: Switch
  private let source: MemoryPort
  private let sinks: [MemoryPort]

  private let name: String

  init(
    _ name: String, flowCapacity: Int? = nil, rules: [String], groups: [String] = [], meters: [String] = []
  ) throws {
    var worker = WorkerSettings()
    if let flowCapacity { worker.flowCapacity = flowCapacity }
    self.name = name
    theSwitch = try Switch(settings: worker)
    bridge = try theSwitch.addBridge(named: "bench", datapathID: 1, settings: BridgeSettings())
    source = try MemoryPort(sink: .count)
    sinks = [try MemoryPort(sink: .count), try MemoryPort(sink: .count)]
    for (i, port) in ([source] + sinks).enumerated() {
      let slot = try bridge.addPort(named: "m\(i + 1)", number: PortNumber(rawValue: UInt16(i + 1)), mac: 0)
      slot.isLinkUp = true
      slot.attach(port)
      // Where the hosts are that NORMAL is to find.
      if i == 1 {
        for host in 0..<1000 as Range<UInt64> {
          _ = bridge.fdb.addStatic(mac: 0x0200_0001_0000 | host, vlan: 0, port: slot.index)
        }
      }
    }
    for meter in meters { try bridge.apply(MeterMod(parsing: meter[...], command: .add)) }
    try bridge.commit(groups.map { .group(try GroupMod(parsing: $0[...], command: .add)) })
    var parser = FlowModParser(command: .add)
    try bridge.apply([FlowMod(command: .delete, table: 255)] + rules.map { try parser.parse($0[...]) })
  }

  deinit {
    source.feedEndlessly([])
    theSwitch.stop()
  }

  /// Frames that have left.
  private var sent: UInt64 { sinks.reduce(0) { $0 + $1.transmittedCount } }

  /// Lets these frames arrive from now on.
  func start(_ frames: [[UInt8]]) { source.feedEndlessly(frames.map { MemoryFrame($0) }) }

  /// Waits until so many more frames have left. The program ends when none does for long.
  func wait(for count: Int) {
    let end = sent + UInt64(count)
    var (last, tries) = (sent, 0)
    while sent < end {
      usleep(200)
      // What a frame has learned is put in by whoever else has the switch, and the frame waits for it.
      theSwitch.serveLearning()
      tries = sent == last ? tries + 1 : 0
      last = sent
      guard tries < 25_000 else {
        let drops = bridge.ports.flatMap(\.drops).map { "\($0.count) \($0.reason)" }.joined(separator: ", ")
        fatalError("\(name): no frame leaves; dropped: \(drops)")
      }
    }
  }
}

/// A benchmark of frames through the switch. What else the worker does meanwhile, it does for frames.
func path(
  _ name: String, rules: [String], frames: [[UInt8]] = [Frames.udp()], groups: [String] = [],
  meters: [String] = [],
  flowCapacity: Int? = nil, count: Int = 500_000
) {
  part(name, operations: count) {
    let bench = try PathBench(name, flowCapacity: flowCapacity, rules: rules, groups: groups, meters: meters)
    bench.start(frames)
    // Everything is known then that is to be.
    bench.wait(for: 2 * count)
    return { bench.wait(for: count) }
  }
}

/// Frames of so many flows between as many hosts as NORMAL knows.
func flows(_ count: Int, step: Int = 1) -> [[UInt8]] {
  (0..<count).map { i in
    let flow = i * step
    var frame = Frames.udp(UInt16(flow >> 16), UInt16(flow & 0xffff), to: 0x0a00_0000 + UInt32(flow))
    frame.replaceSubrange(4..<6, with: Frames.bytes(UInt16(flow % 1000)))
    frame.replaceSubrange(10..<12, with: Frames.bytes(UInt16(flow % 1000)))
    return frame
  }
}
