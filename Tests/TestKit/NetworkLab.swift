// Memory: strings are passed to C for the time of a call.
import Glibc
import Synchronization
public import Sys

/// A network namespace of its own for one test, removed when the test ends.
///
/// Tests that use it need root (or a user namespace in which they are root) and `ip` from iproute2.
public struct NetworkLab: ~Copyable {
  /// Whether this process may make namespaces.
  public static let isAvailable = geteuid() == 0

  /// Labs made by this process: tests run side by side.
  private static let count = Atomic(0)

  /// What `ip netns` calls it.
  public let name: String
  public var namespace: NetworkNamespace { .named(name) }

  public init() throws {
    name = "apusp-\(getpid())-\(Self.count.add(1, ordering: .relaxed).newValue)"
    try NetworkLab.shell("ip netns add \(name)")
    try ip("link set lo up")
    // Nothing but the frames of the test shall be seen.
    try NetworkLab.shell("ip netns exec \(name) sysctl -qw net.ipv6.conf.default.disable_ipv6=1")
  }

  deinit { try? NetworkLab.shell("ip netns del \(name)") }

  /// Runs `ip` with these arguments inside the namespace.
  public func ip(_ arguments: String) throws { try NetworkLab.shell("ip -n \(name) \(arguments)") }

  /// Runs a command inside the namespace.
  public func run(_ command: String) throws { try NetworkLab.shell("ip netns exec \(name) \(command)") }

  /// Two connected devices, `veth0` and `veth1`, both up.
  public func makeVeth(mtu: Int = 1500) throws {
    try ip("link add veth0 mtu \(mtu) type veth peer name veth1 mtu \(mtu)")
    try ip("link set veth0 up")
    try ip("link set veth1 up")
  }

  private static func shell(_ command: String) throws {
    let status = unsafe system(command)
    guard status == 0 else { throw CommandFailure(command: command, status: status) }
  }
}

struct CommandFailure: Error {
  var command: String
  var status: CInt
}
