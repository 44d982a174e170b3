import CLinux
import Glibc
public import Sys

/// A network device of the host through AF_XDP: an XDP program takes its frames before the host's network stack has seen
/// them, and rings in shared memory carry them.
///
/// Cheaper for each frame than a packet socket (`PacketSocketPort`), at the price of offloads: nothing tells of a checksum
/// that the sender left to the device or of a tag that lies beside the frame, and no frame may be longer than a chunk.
/// `report` says what must be turned off for that, and where.
///
/// Each of the device's receive queues that it serves is a queue of the port, with a socket of its own: the device decides
/// which frame comes by which. Frames leave by as many of them as the device has queues for sending.
public final class AFXDPPort: Port {
  public static var typeName: String { "afxdp" }

  /// The largest MTU, in bytes: the Ethernet header and two tags come on top.
  public static var largestMTU: Int { UMEM.longestReceived - 22 }

  public let name: String
  let mode: AFXDPOptions.Mode
  public let mergesSegments: Bool
  let namespace: NetworkNamespace?
  private let program: XDPProgram
  let xdpQueues: [AFXDPQueue]
  /// Keeps the device promiscuous as long as it is open.
  private let promiscuity: OwnedDescriptor?

  /// Attaches the switch to a device.
  ///
  /// - Throws: `ENODEV` when it is not there, `ENETDOWN` when it is down, `EBUSY` or `EEXIST` when it has an XDP program,
  ///   `EMSGSIZE` or `ERANGE` when its MTU is too large, `EPERM` without CAP_NET_ADMIN, CAP_NET_RAW and CAP_BPF.
  public static func open(_ options: AFXDPOptions) throws(SysError) -> AFXDPPort {
    guard let namespace = options.namespace else { return try AFXDPPort(options) }
    return try namespace.run { () throws(SysError) in try AFXDPPort(options) }
  }

  private init(_ options: AFXDPOptions) throws(SysError) {
    let name = options.name
    let link = try Link(name)
    let index = try link.index()
    if let mtu = options.mtu, try link.mtu() != mtu { try link.setMTU(mtu) }
    let mtu = try link.mtu()
    guard mtu <= Self.largestMTU else { throw SysError(call: "AF_XDP", subject: name, errno: EMSGSIZE) }
    guard try link.isUp() else { throw SysError(call: "bind", subject: name, errno: ENETDOWN) }

    let program = try XDPProgram(
      device: name, index: index, queues: options.queues, modes: options.mode.programModes)
    let senders = min(options.queues, try LinkFeatures.lookup(name).transmitQueues)
    var queues: [AFXDPQueue] = []
    for number in 0..<options.queues {
      let socket = try XDPSocket(
        device: name, index: index, queue: number, sends: number < senders,
        flags: options.mode.bindFlags(program.mode))
      queues.append(
        try AFXDPQueue(socket, mtu: mtu, sender: number < senders ? nil : queues[number % senders]))
      try program.give(number, to: socket.descriptor.rawValue, device: name)
    }
    promiscuity = options.isPromiscuous ? try Self.makePromiscuous(index, name: name) : nil

    self.name = name
    mergesSegments = options.mergesSegments
    namespace = options.namespace
    mode = program.mode == .generic ? .generic : queues[0].socket.isZeroCopy ? .nativeZeroCopy : .native
    self.program = program
    xdpQueues = queues
  }

  private static func makePromiscuous(_ index: CInt, name: String) throws(SysError) -> OwnedDescriptor {
    // Protocol 0 receives nothing.
    let socket = try OwnedDescriptor(
      clinux_socket(AF_PACKET, CInt(SOCK_RAW.rawValue), 0), call: "socket(AF_PACKET)", subject: name)
    try SysError.check(
      clinux_packet_set_promiscuous(socket.rawValue, index), call: "PACKET_ADD_MEMBERSHIP", subject: name)
    return socket
  }

  public var queues: [any PortQueue] { xdpQueues }
  public var offloads: PortOffloads { [] }

  /// The longest IP packet that `transmit` lets through, in bytes.
  public var mtu: Int { xdpQueues[0].mtu }

  public var packetLimit: Int { mtu }

  public func noteMTU(_ mtu: Int) { for queue in xdpQueues { queue.mtu = mtu } }

  public var receiveLosses: ReceiveLosses {
    xdpQueues.reduce(into: ReceiveLosses()) { $0.add($1.receiveLosses) }
  }
}

extension AFXDPOptions.Mode {
  /// What to attach the program as, in this order.
  fileprivate var programModes: [XDPProgram.Mode] {
    switch self {
    case .bestEffort: [.native, .generic]
    case .native, .nativeZeroCopy: [.native]
    case .generic: [.generic]
    }
  }

  /// How to bind a socket under a program that runs as `mode`.
  fileprivate func bindFlags(_ mode: XDPProgram.Mode) -> CInt {
    switch self {
    case .nativeZeroCopy: XDP_ZEROCOPY
    // The kernel copies if the driver cannot do without.
    case .bestEffort where mode == .native: 0
    case .bestEffort, .native, .generic: XDP_COPY
    }
  }
}

extension PortType {
  static let afxdp = PortType(
    AFXDPPort.self, "a network device of the host through AF_XDP: faster than system, without offloads",
    options: [
      .namespace, .namespaceProcess, .mtu, .merging,
      PortOption(
        "xdp-mode", "best-effort|native-with-zerocopy|native|generic",
        "where the XDP program runs; best-effort, the first that the device takes"),
      PortOption(
        "n_rxq", "1..\(AFXDPOptions.mostQueues)", "how many of the device's receive queues are served; 1"),
      PortOption("promisc", "true|false", "whether frames for any MAC address are received; true"),
    ]
  ) { (name, values) throws(PortError) in
    var options = AFXDPOptions(name: try values.deviceName(name), namespace: try values.namespace())
    options.mtu = try values.integer("mtu", in: 68...AFXDPPort.largestMTU)
    options.mode = try values.xdpMode("xdp-mode") ?? .bestEffort
    options.queues = try values.integer("n_rxq", in: 1...AFXDPOptions.mostQueues) ?? 1
    options.isPromiscuous = try values.flag("promisc") ?? true
    options.mergesSegments = try values.merging()
    let settled = options
    return try opening { () throws(SysError) in try AFXDPPort.open(settled) }
  }
}
