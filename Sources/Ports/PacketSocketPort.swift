import Glibc
public import Sys

/// Any network device of the host (veth, NIC, a TAP device that a virtual machine monitor holds), through a
/// packet socket.
///
/// Offload headers are carried both ways: without them a veth's peer, which leaves checksums to the device,
/// would send frames that nobody accepts, and TCP would lose a factor of five in throughput. The kernel takes the
/// outermost VLAN tag out of every frame that it hands to a packet socket; `receive` puts it back.
///
/// With several queues each has a socket of its own, and the kernel spreads what comes in by a hash of addresses and
/// ports that is the same in both directions (`PACKET_FANOUT_HASH`).
///
/// The host's own network stack sees the received frames too, so the device should have no address.
public final class PacketSocketPort: ReportingPort {
  public static var typeName: String { "system" }

  private let sockets: [PacketSocketQueue]
  public let name: String
  public let offloads: PortOffloads
  public let mergesSegments: Bool

  /// Attaches the switch to a device.
  ///
  /// - Throws: `ENODEV` when it is not there, `EPERM` without CAP_NET_RAW, `ENETDOWN` when it is down.
  public static func open(_ options: PacketSocketOptions) throws(SysError) -> PacketSocketPort {
    guard let namespace = options.namespace else { return try PacketSocketPort(options) }
    return try namespace.run { () throws(SysError) in try PacketSocketPort(options) }
  }

  private init(_ options: PacketSocketOptions) throws(SysError) {
    let link = try Link(options.name)
    let index = try link.index()
    if let mtu = options.mtu, try link.mtu() != mtu { try link.setMTU(mtu) }
    let mtu = try link.mtu()
    // The kernel would bind, and let the first read fail.
    guard try link.isUp() else { throw SysError(call: "bind", subject: options.name, errno: ENETDOWN) }
    var group: PacketFanout? = options.queues > 1 ? PacketFanout() : nil
    var sockets: [PacketSocketQueue] = []
    for _ in 0..<options.queues {
      sockets.append(try PacketSocketQueue(options, index: index, mtu: mtu, group: &group))
    }
    name = options.name
    mergesSegments = options.mergesSegments
    offloads = sockets[0].cutsUDP ? .all : [.checksum, .tcpSegmentation]
    self.sockets = sockets
  }

  public var queues: [any PortQueue] { sockets }
  public var receiveLosses: ReceiveLosses {
    sockets.reduce(into: ReceiveLosses()) { $0.add($1.receiveLosses) }
  }

  /// The longest IP packet that goes through, in bytes.
  public var mtu: Int { sockets[0].mtu }

  public var packetLimit: Int { mtu }

  public func noteMTU(_ mtu: Int) { for socket in sockets { socket.mtu = mtu } }

  /// The way in which it receives frames: `ring` or `messages`.
  public var reception: PacketSocketOptions.Reception { sockets[0].reception }

  public func report() -> PortReport { PortReport(facts: ["io": reception.rawValue]) }
}

extension PortType {
  static let system = PortType(
    PacketSocketPort.self, "a network device of the host: veth, NIC, a TAP device that a VM holds",
    options: [
      .namespace, .namespaceProcess, .mtu,
      PortOption("promisc", "true|false", "whether frames for any MAC address are received; true"),
      .merging,
      PortOption(
        "n_rxq", "1..\(PacketSocketOptions.mostQueues)",
        "how many queues there are, over which the kernel spreads connections; 1"),
      PortOption(
        "io", "auto|ring|mmsg", "whether received frames come by a ring of 4 MiB or by messages; auto"),
    ]
  ) { (name, values) throws(PortError) in
    var options = PacketSocketOptions(
      name: try values.deviceName(name), namespace: try values.namespace(),
      mtu: try values.integer("mtu", in: 68...65_535), isPromiscuous: try values.flag("promisc") ?? true,
      reception: try values.reception("io") ?? .automatic, mergesSegments: try values.merging())
    options.queues = try values.integer("n_rxq", in: 1...PacketSocketOptions.mostQueues) ?? 1
    let settled = options
    return try opening { () throws(SysError) in try PacketSocketPort.open(settled) }
  }
}
