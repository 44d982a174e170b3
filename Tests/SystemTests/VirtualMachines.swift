import Glibc
import Testing

/// Virtual machines of `tools/vmlab`, gone when the test's body ends.
struct VirtualMachines {
  /// At the top of the repository, where tests are run.
  private static let tool = "env APUS_BIN=\(Daemon.programs) tools/vmlab"

  /// Where the switch keeps its files.
  static let runDirectory = "/run/apus-vmlab"

  /// Starts machines `vm1`, `vm2` and so on with these options of `tools/vmlab up`.
  ///
  /// - Parameter device: options of the machines' virtio-net-pci.
  static func run(
    _ options: String, device: String? = nil, _ body: (VirtualMachines) throws -> Void
  ) throws {
    let lab = VirtualMachines(tool: device.map { "env VMLAB_DEVICE=,\($0) \(tool)" } ?? tool)
    try Command.output(of: "\(lab.tool) up \(options)", seconds: 200)
    defer { _ = try? Command.run("\(tool) down", seconds: 30) }
    try body(lab)
  }

  private let tool: String

  /// Runs a shell command of words without spaces in a machine. Returns what it printed.
  @discardableResult
  func output(of command: String, in machine: String) throws -> String {
    try Command.output(of: "\(tool) exec \(machine) \(command)", seconds: 100)
  }

  /// Whether `vm1` gets an answer from `vm2`, which was just told that it should, or should not.
  func areConnected() throws -> Bool {
    try Command.run("\(tool) exec vm1 ping -c 2 -i 0.2 -W 1 10.97.0.2", seconds: 100).status == 0
  }

  /// Passes so many bytes of TCP from `vm1` to `vm2`, all of them.
  func passTCP(bytes: Int) throws {
    try output(of: "iperf3 --client 10.97.0.2 --bytes \(bytes)", in: "vm1")
  }

  func restart(_ machine: String) throws {
    try Command.output(of: "\(tool) restart \(machine)", seconds: 150)
  }

  /// Gives the monitor of a machine's QEMU a command.
  @discardableResult
  func tellMonitor(of machine: String, _ command: String) throws -> String {
    try Command.output(of: "\(tool) monitor \(machine) \(command)")
  }

  /// Moves a machine to another QEMU, at a port of its own.
  func migrate(_ machine: String) throws {
    try Command.output(of: "\(tool) migrate \(machine)", seconds: 100)
  }

  /// Runs `apus`.
  @discardableResult
  func apus(_ command: String) throws -> String {
    try Command.output(of: "\(Daemon.programs)/apus --run-dir \(Self.runDirectory) \(command)")
  }

  /// A machine's memory, in KiB.
  func memory(of machine: String) throws -> Int {
    try #require(Int(try output(of: "grep MemTotal /proc/meminfo", in: machine).filter(\.isNumber)))
  }

  /// Ends the switch by a signal and starts another one, with a bridge and no ports.
  func replaceSwitch(signal: CInt) throws {
    let file = "\(Self.runDirectory)/apusd.pid"
    let pid = try #require(pid_t(try Command.output(of: "cat \(file)").filter(\.isNumber)))
    #expect(kill(pid, signal) == 0)
    try eventually("the switch is gone") { kill(pid, 0) != 0 }
    // As `vmlab` has started it: it outlives whoever did.
    try Command.output(
      of: "setsid --fork \(Daemon.programs)/apusd --run-dir \(Self.runDirectory)")
    try eventually("another switch answers") {
      try Command.run("\(Daemon.programs)/apus --run-dir \(Self.runDirectory) version").status == 0
    }
    try apus("add-br vmlab0")
  }

  /// What the rule with this match has counted under `name`: `n_packets` or `n_bytes`.
  func count(_ name: String, ofRule match: String) throws -> Int {
    let dump = try apus("dump-flows vmlab0 \(match)")
    let count = try #require(dump.split(separator: "\(name)=").dropFirst().first?.prefix { $0.isNumber })
    return try #require(Int(count))
  }

  /// Frames as they came in by a port.
  func framesReceived(by port: String) throws -> Int {
    try #require(Int(try apus("get interface \(port) statistics:rx_packets").filter(\.isNumber)))
  }
}
