import Glibc
import Testing

/// How `vm1` names `vm2`.
enum IPVersion: CaseIterable {
  case v4, v6

  var vm2: String { self == .v4 ? "10.97.0.2" : "fd97::2" }
}

/// Virtual machines of a lab of `tools/vmlab`, gone when the test's body ends.
struct VirtualMachines {
  /// The lab, and its bridge.
  static let name = "t\(getpid())"
  static let bridge = "\(name)0"

  /// At the top of the repository, where tests are run.
  private static let tool = "env APUS_BIN=\(Daemon.programs) tools/vmlab --lab \(name)"

  /// Where the switch keeps its files.
  static let runDirectory = "/run/apus-\(name)"

  /// Starts machines `vm1`, `vm2` and so on with these options of `tools/vmlab up`.
  ///
  /// - Parameter device: options of the machines' virtio-net-pci.
  static func run(
    _ options: String, device: String? = nil, _ body: (VirtualMachines) throws -> Void
  ) throws {
    _ = leftoversAreGone
    let lab = VirtualMachines(tool: device.map { "env VMLAB_DEVICE=,\($0) \(tool)" } ?? tool)
    try Command.output(of: "\(lab.tool) up \(options)", seconds: 200)
    defer { _ = try? Command.run("\(tool) down", seconds: 30) }
    try body(lab)
  }

  /// Removes the labs of test runs that were killed.
  private static let leftoversAreGone: Void = {
    guard let list = try? Command.output(of: "ls /run") else { return }
    for directory in list.split(separator: "\n") where directory.hasPrefix("apus-t") {
      guard let process = pid_t(directory.dropFirst("apus-t".count)), kill(process, 0) != 0 else { continue }
      _ = try? Command.run("tools/vmlab --lab t\(process) down")
    }
  }()

  private let tool: String

  /// Runs a shell command of words without spaces in a machine. Returns what it printed.
  @discardableResult
  func output(of command: String, in machine: String) throws -> String {
    try Command.output(of: "\(tool) exec \(machine) \(command)", seconds: 100)
  }

  /// Whether `vm1` gets an answer from `vm2`, which was just told that it should, or should not.
  func areConnected(_ version: IPVersion = .v4) throws -> Bool {
    try Command.run("\(tool) exec vm1 ping -c 2 -i 0.2 -W 1 \(version.vm2)", seconds: 100).status == 0
  }

  /// Passes so many bytes of TCP from `vm1` to `vm2`, all of them.
  func passTCP(_ version: IPVersion = .v4, bytes: Int) throws {
    try output(of: "iperf3 --client \(version.vm2) --bytes \(bytes)", in: "vm1")
  }

  /// Has machine `number` send with this tag, by a VLAN device of its own that gets its addresses, or without one again.
  func setTag(_ tag: Int?, ofMachine number: Int) throws {
    let device = tag == nil ? "eth0" : "vlan"
    let steps = [
      "ip link delete vlan 2>/dev/null", "ip address flush dev eth0 scope global",
      tag.map { "ip link add link eth0 name vlan type vlan id \($0)" }, "ip link set \(device) up",
      "ip address add 10.97.0.\(number)/24 dev \(device)", "ip address add fd97::\(number)/64 dev \(device)",
    ]
    try output(of: steps.compactMap(\.self).joined(separator: ";"), in: "vm\(number)")
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
    try apus("add-br \(Self.bridge)")
  }

  /// What the rule with this match has counted under `name`: `n_packets` or `n_bytes`.
  func count(_ name: String, ofRule match: String) throws -> Int {
    let dump = try apus("dump-flows \(Self.bridge) \(match)")
    let count = try #require(dump.split(separator: "\(name)=").dropFirst().first?.prefix { $0.isNumber })
    return try #require(Int(count))
  }

  /// Frames as they came in by a port.
  func framesReceived(by port: String) throws -> Int {
    try #require(Int(try apus("get interface \(port) statistics:rx_packets").filter(\.isNumber)))
  }
}
