// Frames per second of processor time through one worker, from a memory port to a memory port that counts: what the switch itself
// costs, without a system call. Usage: Forwarding [SECONDS], 1 for each scenario.
import Bytes
import Datapath
import Flow
import Glibc
import Match
import Ports

let seconds = CommandLine.arguments.dropFirst().first.flatMap(Double.init) ?? 1

/// Runs a scenario; returns frames per second.
func measure(_ scenario: Scenario) throws -> Double {
  let theSwitch = try Switch()
  defer { theSwitch.stop() }
  let bridge = try theSwitch.addBridge(named: "bench", datapathID: 1)
  let source = try MemoryPort(sink: .count)
  let sink = try MemoryPort(sink: .count)
  for (number, device) in [(UInt16(1), source), (2, sink)] {
    let port = try bridge.addPort(named: "m\(number)", number: PortNumber(rawValue: number), mac: 0)
    port.isLinkUp = true
    port.attach(device)
  }
  // The answer that NORMAL learns the destination's place from.
  let answer: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5] + .init(repeating: 0, count: 46)
  sink.feed([MemoryFrame(answer)])
  while source.transmittedCount == 0 { continue }

  var parser = FlowModParser(command: .add)
  try bridge.apply([FlowMod(command: .delete, table: 255)] + scenario.rules.map { try parser.parse($0[...]) })

  source.feedEndlessly(scenario.frames.map { MemoryFrame($0) })
  let clock = ContinuousClock()
  _ = wait(until: clock.now + .milliseconds(200), clock)  // caches are warm and the clock of the CPU is up
  let startCount = sink.transmittedCount
  let start = processorSeconds
  _ = wait(until: clock.now + .seconds(seconds), clock)
  let used = processorSeconds - start
  let count = sink.transmittedCount - startCount
  source.feedEndlessly([])
  let dropped = bridge.ports.flatMap(\.drops).reduce(0) { $0 + $1.count }
  guard dropped == 0, count > 0 else { throw Failure(scenario: scenario.name, dropped: dropped) }
  return Double(count) / used
}

/// Processor time of the process, of which the worker uses all but nothing: what other programs do meanwhile does not
/// count.
nonisolated var processorSeconds: Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

struct Failure: Error {
  var scenario: String
  var dropped: UInt64
}

/// Leaves the CPU to the worker, and returns the time at which it woke up.
func wait(until instant: ContinuousClock.Instant, _ clock: ContinuousClock) -> ContinuousClock.Instant {
  while clock.now < instant { usleep(10_000) }
  return clock.now
}

for scenario in Scenario.all {
  let rate = try measure(scenario)
  let nanoseconds = 1e9 / rate
  print("\(scenario.name): \(rounded(rate / 1e6)) million frames/s, \(rounded(nanoseconds)) ns each")
}

/// With two digits after the point.
func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
