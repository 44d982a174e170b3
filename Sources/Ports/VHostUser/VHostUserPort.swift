public import Sys
import Synchronization

/// How a virtual machine's network device is to be met.
public struct VHostUserOptions: Hashable, Sendable {
  /// Whether the switch makes the socket, or connects to it.
  public enum Mode: String, CaseIterable, Sendable {
    case server, client
  }

  /// The most queues of a port; a front end can name 128 pairs.
  public static var mostQueues: Int { 64 }

  /// Where the front end is met.
  public var socket: String
  public var mode = Mode.server
  /// Pairs of rings that the guest may use.
  public var queues = 1
  /// The longest IP packet, in bytes.
  public var mtu = 65_535

  public init(socket: String) { self.socket = socket }
}

/// A virtual machine's network device: its driver's rings lie in memory that the virtual machine monitor shares, and the
/// switch reads and writes frames there. The switch is the back end of the vhost-user protocol.
///
/// The port is open whether or not there is a front end. A thread of its own talks to it (`VHostService`); what that changes
/// in the rings, it changes while no worker is in them (`RingGate`).
public final class VHostUserPort: PeerPort, ReportingPort {
  public static var typeName: String { "vhost-user" }

  private let options: VHostUserOptions
  private let pairs: [VHostQueue]
  private let service: VHostService
  private let thread: Mutex<Thread?>

  /// - Throws: `EADDRINUSE` when somebody listens at the socket, and what else keeps it from being made.
  public static func open(_ options: VHostUserOptions) throws(SysError) -> VHostUserPort {
    try VHostUserPort(options)
  }

  private init(_ options: VHostUserOptions) throws(SysError) {
    self.options = options
    let faultEvent = try EventFD()
    let fault = faultEvent.descriptor
    var pairs: [VHostQueue] = []
    // The service owns the event and outlives the rings' last worker.
    for _ in 0..<options.queues {
      pairs.append(try VHostQueue(mtu: options.mtu, first: pairs.first) { EventFD.signal(fault) })
    }
    self.pairs = pairs
    service = try VHostService(
      options.mode == .server ? .listening(options.socket) : .connecting(options.socket), queues: pairs,
      offloads: .offloads, faultEvent: faultEvent)
    thread = Mutex(try service.start())
  }

  deinit {
    service.stop()
    thread.withLock { $0.take() }?.join()
  }

  public var peer: PeerState { service.status.now.peer }
  public var offloads: PortOffloads { service.status.now.offloads }
  public func onPeerChange(_ body: @escaping @Sendable () -> Void) { service.status.onPeerChange(body) }
  public var queues: [any PortQueue] { pairs }
  public var packetLimit: Int { pairs[0].limit }
  public func noteMTU(_ mtu: Int) { for pair in pairs { pair.noteMTU(mtu) } }

  public var receiveLosses: ReceiveLosses {
    pairs.reduce(into: ReceiveLosses()) { sum, pair in
      let losses = pair.receiveLosses
      sum.tooLong += losses.tooLong
      sum.badOffload += losses.badOffload
    }
  }

  public func report() -> PortReport {
    PortReport(facts: service.status.now.facts)
  }
}

extension PortType {
  static let vhostUser = PortType(
    VHostUserPort.self, "a virtual machine's network device, by shared memory", hasLink: false,
    options: [
      PortOption("socket", "PATH", "where the virtual machine monitor is met; must be given"),
      PortOption("mode", "server|client", "whether the switch makes the socket, or connects to it; server"),
      .pairs, .guestMTU,
    ]
  ) { (_, values) throws(PortError) in
    guard let socket = values.text("socket") else {
      throw .option(.missing(option: "socket", type: VHostUserPort.typeName))
    }
    return try VHostUserPort.open(socket, try values.vhostMode("mode") ?? .server, values)
  }

  /// The words of Open vSwitch: the virtual machine monitor makes the socket.
  static let dpdkVHostUserClient = PortType(
    VHostUserPort.self, named: "dpdkvhostuserclient",
    "vhost-user with mode=client, in the words of Open vSwitch",
    hasLink: false,
    options: [
      PortOption("vhost-server-path", "PATH", "where the virtual machine monitor listens; must be given"),
      .pairs, .guestMTU,
    ]
  ) { (_, values) throws(PortError) in
    guard let socket = values.text("vhost-server-path") else {
      throw .option(.missing(option: "vhost-server-path", type: "dpdkvhostuserclient"))
    }
    return try VHostUserPort.open(socket, .client, values)
  }

  /// The words of Open vSwitch: the switch makes the socket, in its run directory and with the port's name.
  static let dpdkVHostUser = PortType(
    VHostUserPort.self, named: "dpdkvhostuser", "vhost-user with mode=server, in the words of Open vSwitch",
    hasLink: false,
    options: [
      PortOption("socket", "PATH", "where the switch listens; the port's name in the run directory"), .pairs,
      .guestMTU,
    ]
  ) { (_, values) throws(PortError) in
    guard let socket = values.text("socket") else {
      throw .option(.missing(option: "socket", type: "dpdkvhostuser"))
    }
    return try VHostUserPort.open(socket, .server, values)
  }
}

extension PortOption {
  fileprivate static let pairs = PortOption(
    "n_rxq", "1..\(VHostUserOptions.mostQueues)", "queues that the guest may use, each way; 1")
  fileprivate static let guestMTU = PortOption("mtu", "68..65535", "the longest IP packet, in bytes; 65535")
}

extension VHostUserPort {
  fileprivate static func open(
    _ socket: String, _ mode: VHostUserOptions.Mode, _ values: PortOptionValues
  ) throws(PortError) -> VHostUserPort {
    var options = VHostUserOptions(socket: socket)
    options.mode = mode
    options.queues = try values.integer("n_rxq", in: 1...VHostUserOptions.mostQueues) ?? 1
    options.mtu = try values.integer("mtu", in: 68...65_535) ?? options.mtu
    let settled = options
    return try opening { () throws(SysError) in try open(settled) }
  }
}
