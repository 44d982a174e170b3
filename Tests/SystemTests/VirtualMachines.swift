import Testing

/// Virtual machines of `tools/vmlab`, gone when the test's body ends.
struct VirtualMachines {
  /// The top of the repository, where tests are run.
  private static let tool = "env APUS_BIN=\(Daemon.programs) tools/vmlab"

  /// Starts machines `vm1`, `vm2` and so on with these options of `tools/vmlab up`.
  static func run(_ options: String, _ body: (VirtualMachines) throws -> Void) throws {
    try Command.output(of: "\(tool) up \(options)", seconds: 200)
    defer { _ = try? Command.run("\(tool) down", seconds: 30) }
    try body(VirtualMachines())
  }

  /// Runs a shell command of words without spaces in a machine. Returns what it printed.
  @discardableResult
  func output(of command: String, in machine: String) throws -> String {
    try Command.output(of: "\(Self.tool) exec \(machine) \(command)", seconds: 100)
  }

  /// Whether `vm1` gets an answer from `vm2`, which was just told that it should, or should not.
  func areConnected() throws -> Bool {
    try Command.run("\(Self.tool) exec vm1 ping -c 2 -i 0.2 -W 1 10.97.0.2", seconds: 100).status == 0
  }

  /// Passes so many bytes of TCP from `vm1` to `vm2`, all of them.
  func passTCP(bytes: Int) throws {
    try output(of: "iperf3 --client 10.97.0.2 --bytes \(bytes)", in: "vm1")
  }

  func restart(_ machine: String) throws {
    try Command.output(of: "\(Self.tool) restart \(machine)", seconds: 150)
  }

  /// Runs `apus`.
  @discardableResult
  func apus(_ command: String) throws -> String {
    try Command.output(of: "\(Daemon.programs)/apus --run-dir /run/apus-vmlab \(command)")
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
