// What a frame costs the switch itself, without a system call: frames come from a generator, go through one worker, and
// end at a port that takes everything. Usage: Forwarding [--seconds N] [--flow-capacity N]
// [NAME...], all scenarios whose names begin so.
import Bytes
import Datapath
import Flow
import Glibc
import Match
import Pipeline
import Ports

var seconds = 1.0
var wanted: [String] = []
var worker = WorkerSettings()
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  if argument == "--seconds", let value = arguments.popFirst().flatMap(Double.init) {
    seconds = value
  } else if argument == "--flow-capacity", let value = arguments.popFirst().flatMap(Int.init) {
    worker.flowCapacity = value
  } else {
    wanted.append(argument)
  }
}

/// Runs a scenario; returns nanoseconds of processor time a frame.
func measure(_ scenario: Scenario, _ worker: WorkerSettings, seconds: Double) throws -> Double {
  let theSwitch = try Switch(settings: worker)
  defer { theSwitch.stop() }
  var settings = BridgeSettings()
  settings.macTableSize = 65_536
  let bridge = try theSwitch.addBridge(named: "bench", datapathID: 1, settings: settings)
  let source = GeneratorPort(
    FlowSequence(scenario.order, count: scenario.flowCount), hosts: scenario.hosts,
    spreadsAddresses: scenario.spreadsAddresses, byteCount: scenario.frameByteCount)
  let sink = NullPort()
  let (first, second) = (
    try bridge.addPort(named: "m1", number: PortNumber(rawValue: 1), mac: 0),
    try bridge.addPort(named: "m2", number: PortNumber(rawValue: 2), mac: 0)
  )
  for port in [first, second] { port.isLinkUp = true }
  second.attach(sink)
  // Where the hosts are that NORMAL is to find.
  for host in 0..<UInt64(scenario.hosts) {
    _ = bridge.fdb.addStatic(mac: 0x0200_0001_0000 | host, vlan: 0, port: second.index)
  }
  var parser = FlowModParser(command: .add)
  try bridge.apply(
    [FlowMod(command: .delete, table: 255)] + scenario.rules().map { try parser.parse($0[...]) })

  source.setOn(true)
  first.attach(source)
  defer { source.setOn(false) }
  usleep(300_000)  // what is to be known is known, and the clock of the CPU is up
  let startCount = sink.transmittedCount
  let start = processorSeconds
  let changing = try change(bridge, scenario.changesPerSecond, for: seconds)
  let used = processorSeconds - start - changing
  let count = sink.transmittedCount - startCount
  source.setOn(false)
  let dropped = bridge.ports.flatMap(\.drops).reduce(0) { $0 + $1.count }
  guard dropped == 0, count > 0 else { throw Failure(scenario: scenario.name, dropped: dropped) }
  return used * 1e9 / Double(count)
}

/// Waits, and meanwhile adds and deletes rules that no frame matches. Returns the processor time that took.
func change(_ bridge: Bridge, _ rate: Int, for seconds: Double) throws -> Double {
  let clock = ContinuousClock()
  let end = clock.now + .seconds(seconds)
  let start = threadSeconds
  var number = 0
  while clock.now < end {
    guard rate > 0 else {
      usleep(10_000)
      continue
    }
    var parser = FlowModParser(command: number % 2 == 0 ? .add : .delete)
    let rule = "udp,nw_dst=192.0.2.\(number / 2 % 200),tp_dst=\(number / 2 % 1000)"
    try bridge.apply([try parser.parse((number % 2 == 0 ? rule + ",actions=drop" : rule)[...])])
    number += 1
    usleep(useconds_t(1_000_000 / rate))
  }
  return threadSeconds - start
}

struct Failure: Error {
  var scenario: String
  var dropped: UInt64
}

/// Processor time of the process: what other programs do meanwhile does not count.
nonisolated var processorSeconds: Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }
nonisolated var threadSeconds: Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

nonisolated func seconds(of clock: clockid_t) -> Double {
  var time = timespec()
  unsafe clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

for scenario in Scenario.named(wanted) {
  let nanoseconds = try measure(scenario, worker, seconds: seconds)
  print("\(scenario.name): \((nanoseconds * 10).rounded() / 10) ns")
}
