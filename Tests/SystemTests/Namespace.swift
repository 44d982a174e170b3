/// A network namespace: a host of the test.
struct Namespace {
  let name: String

  /// Makes the namespace. IPv6 is off unless wanted, so that nothing but the test's frames are seen.
  init(_ name: String, ipv6: Bool = false) throws {
    self.name = name
    try Command.output(of: "ip netns add \(name)")
    if !ipv6 {
      for scope in ["all", "default"] {
        try Command.output(
          of:
            "ip netns exec \(name) tee /proc/sys/net/ipv6/conf/\(scope)/disable_ipv6", input: "1")
      }
    }
    try ip("link set lo up")
  }

  func remove() { _ = try? Command.run("ip netns delete \(name)") }

  /// Runs `ip` inside the namespace; it must succeed.
  @discardableResult
  func ip(_ arguments: String) throws -> String { try Command.output(of: "ip -n \(name) \(arguments)") }

  /// Runs a command inside the namespace.
  func run(_ command: String, seconds: Int = 30) throws -> CommandResult {
    try Command.run("ip netns exec \(name) \(command)", seconds: seconds)
  }

  /// Starts a command inside the namespace.
  func start(_ command: String) throws -> ChildProcess {
    try Command.start("ip netns exec \(name) \(command)")
  }

  /// Gives a device an address and brings it up.
  func configure(_ device: String, address: String, mtu: Int? = nil) throws {
    if let mtu { try ip("link set \(device) mtu \(mtu)") }
    try ip("address add \(address) dev \(device)" + (address.contains(":") ? " nodad" : ""))
    try ip("link set \(device) up")
  }

  /// Starts pinging; `wait` tells whether an answer came.
  func startPing(_ address: String, _ options: String = "-c 1 -w 2") throws -> ChildProcess {
    try start("ping -n -q \(options) \(address)")
  }

  /// Whether `address` answers within a few seconds.
  func reaches(_ address: String) throws -> Bool {
    try startPing(address, "-c 1 -w 5").wait().status == 0
  }

  /// One of the kernel's counters of a device: `rx_packets`.
  func counter(_ counter: String, of device: String) throws -> Int {
    let text = try Command.output(
      of:
        "ip netns exec \(name) cat /sys/class/net/\(device)/statistics/\(counter)")
    return Int(text.prefix { $0.isNumber }) ?? -1
  }

  /// Starts an iperf3 server and waits until it listens.
  func startIperfServer(_ options: String = "") throws -> ChildProcess {
    let server = try start("iperf3 --server --forceflush \(options)")
    try server.waitForOutput("Server listening")
    return server
  }

  /// Runs an iperf3 client; throws unless the measurement succeeds.
  @discardableResult
  func iperf(_ address: String, _ options: String, seconds: Int = 20) throws -> String {
    let result = try run("iperf3 --client \(address) --connect-timeout 5000 \(options)", seconds: seconds)
    guard result.status == 0 else {
      throw CommandFailure(
        command: "iperf3 --client \(address) \(options)", reason: result.output + result.errors)
    }
    return result.output
  }
}
