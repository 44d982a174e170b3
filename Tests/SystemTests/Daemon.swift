// `getenv` returns a C string that is copied at once.
import Glibc

/// A running `apusd` with a run directory of its own, in a network namespace of its own.
final class Daemon {
  /// Where the programs are: the directory that the environment names, or else the debug build.
  static let programs: String = {
    guard let path = unsafe getenv("APUS_BIN") else { return ".build/debug" }
    return unsafe String(cString: path)
  }()

  let namespace: Namespace
  let runDirectory: String
  let process: ChildProcess

  var managementSocket: String { runDirectory + "/apusd.sock" }
  func openFlowSocket(_ bridge: String) -> String { "\(runDirectory)/\(bridge).mgmt" }

  /// Starts the daemon and waits until it answers.
  init(in namespace: Namespace, runDirectory: String, options: String = "") throws {
    self.namespace = namespace
    self.runDirectory = runDirectory
    process = try namespace.start("\(Self.programs)/apusd --run-dir \(runDirectory) \(options)")
    try eventually("apusd answers; it wrote: \(process.errors)") {
      guard process.isRunning else {
        throw CommandFailure(command: process.command, reason: process.output + process.errors)
      }
      return try client("version").status == 0
    }
  }

  /// Ends the daemon as an operator would. Returns how it ended.
  @discardableResult
  func stop() throws -> CommandResult { try process.stop() }

  /// Runs `apus` with words without spaces, whatever comes of it.
  func client(_ words: String, input: String = "") throws -> CommandResult {
    try Command.run("\(Self.programs)/apus --run-dir \(runDirectory) \(words)", input: input)
  }

  /// Runs `apus`; it must succeed. Returns what it prints.
  @discardableResult
  func apus(_ words: String, input: String = "") throws -> String {
    try Command.output(of: "\(Self.programs)/apus --run-dir \(runDirectory) \(words)", input: input)
  }

  /// The real `ovs-appctl` on the management socket.
  func appctl(_ words: String) throws -> CommandResult {
    try Command.run("ovs-appctl -t \(managementSocket) --timeout=5 \(words)")
  }

  /// The real `ovs-ofctl` on a bridge's OpenFlow socket. `words` has BRIDGE where the bridge belongs.
  func ofctl(_ version: String, _ words: String, input: String = "") throws -> CommandResult {
    try Command.run(
      "ovs-ofctl -O \(version) --timeout=10 "
        + words.replacing("BRIDGE", with: "unix:" + openFlowSocket("br0")), input: input)
  }

  /// One column of an interface, without quotes: `ofport`, `status:state`.
  func interface(_ name: String, _ column: String) throws -> String {
    try apus("get interface \(name) \(column)").filter { $0 != "\"" && $0 != "\n" }
  }

  /// Adds a TAP port whose device is in `host`, with an address there. `settings` are columns of the port.
  func addTAP(
    _ name: String, to bridge: String = "br0", in host: Namespace, address: String? = nil,
    settings: String = "", mtu: Int? = nil
  ) throws {
    try apus(
      "add-port \(bridge) \(name) \(settings) -- set interface \(name) type=tap options:netns=\(host.name)"
        + (mtu.map { " mtu_request=\($0)" } ?? ""))
    if let address { try host.configure(name, address: address, mtu: mtu) }
  }

  /// Makes hosts `h1`, `h2` and so on, each with the address of its number in 10.0.0.0/24 at a TAP port `tap1`, `tap2` and so on.
  func addHosts(_ numbers: ClosedRange<Int>, in lab: Lab) throws -> [Namespace] {
    try numbers.map { number in
      let host = try lab.host("h\(number)")
      try addTAP("tap\(number)", in: host, address: "10.0.0.\(number)/24")
      return host
    }
  }
}
