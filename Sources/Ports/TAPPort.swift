import CLinux
import Glibc
public import Sys

/// A TAP or TUN device whose file descriptors the switch holds; the host or a namespace sees the interface.
///
/// Frames always travel with a virtio header, so that TCP crosses the switch in pieces of up to 64 KiB with
/// unfinished checksums: worth a factor of four in throughput over plain frames, measured. NAPI and io_uring gained
/// nothing that showed (docs/performance.md).
///
/// With several queues the kernel spreads what the interface sends by connection: frames of one come by the queue to which
/// answers were last written, or else by their hash.
public final class TAPPort: Port {
  public static var typeName: String { "tap" }

  private let tapQueues: [TAPQueue]
  public let name: String
  public let offloads: PortOffloads
  public let packetType: PortPacketType
  public let mergesSegments: Bool

  /// Creates or takes over the device, or adopts the one that `options` have descriptors of, and sets what they say.
  ///
  /// - Throws: the error of the call that failed; a device that was created for it is gone again.
  public static func open(_ options: TAPOptions) throws(SysError) -> TAPPort {
    if !options.descriptors.isEmpty { return try adopt(options) }
    guard let namespace = options.namespace else { return try create(options) }
    return try namespace.run { () throws(SysError) in try create(options) }
  }

  /// A tun device belongs to the namespace of the thread that opens it and is settled there: the device is
  /// never seen elsewhere, and its name may be in use in the switch's own namespace.
  private static func create(_ options: TAPOptions) throws(SysError) -> TAPPort {
    var queues: [TAPQueue] = []
    for _ in 0..<options.queues {
      let queue = TAPQueue(
        try OwnedDescriptor(
          unsafe clinux_open("/dev/net/tun", O_RDWR | O_NONBLOCK), call: "open", subject: "/dev/net/tun"),
        packetType: options.packetType)
      try attach(queue.device.rawValue, options)
      queues.append(queue)
    }
    let port = try TAPPort(options.name, queues, options)
    let fd = queues[0].device.rawValue
    if let owner = options.owner {
      try SysError.check(clinux_tun_set_owner(fd, owner), call: "TUNSETOWNER", subject: options.name)
    }
    try port.settle(options.name, options)
    if options.isPersistent {
      try SysError.check(clinux_tun_set_persistent(fd), call: "TUNSETPERSIST", subject: options.name)
    }
    return port
  }

  /// The device is where it is, and is called what it is called.
  private static func adopt(_ options: TAPOptions) throws(SysError) -> TAPPort {
    let device = try TAPDescriptors.device(
      of: options.descriptors, named: options.descriptors.map { Int($0) }, packetType: options.packetType)
    var queues: [TAPQueue] = []
    for descriptor in options.descriptors {
      let copy = try OwnedDescriptor(
        clinux_share_nonblocking(descriptor), call: "fcntl", subject: device.name)
      queues.append(TAPQueue(copy, packetType: options.packetType))
    }
    let port = try TAPPort(device.name, queues, options)
    port.noteMTU(usualMTU)
    do throws(SysError) {
      try TUNDescriptor.onDevice(of: options.descriptors[0]) { name throws(SysError) in
        try port.settle(name, options)
      }
    } catch {
      // A macvtap device may be where the switch does not see it, and need not be seen.
      guard error.errno == ENODEV, options.mtu == nil, options.macAddress == nil, !options.isUp else {
        throw error
      }
    }
    return port
  }

  /// Of a device that does not tell.
  private static var usualMTU: Int { 1500 }

  private init(_ name: String, _ queues: [TAPQueue], _ options: TAPOptions) throws(SysError) {
    self.name = name
    packetType = options.packetType
    mergesSegments = options.mergesSegments
    tapQueues = queues
    let fd = queues[0].device.rawValue
    try SysError.check(clinux_tun_set_header_size(fd), call: "TUNSETVNETHDRSZ", subject: name)
    offloads = try Self.negotiateOffloads(fd, name: name)
  }

  /// Gives the device, which is called `name` in the namespace of the calling thread, what `options` say.
  private func settle(_ name: String, _ options: TAPOptions) throws(SysError) {
    let link = try Link(name)
    if let mac = options.macAddress, try link.macAddress() != mac { try link.setMACAddress(mac) }
    if let mtu = options.mtu, try link.mtu() != mtu { try link.setMTU(mtu) }
    noteMTU(try link.mtu())
    if options.isUp, try !link.isUp() { try link.setUp(true) }
  }

  private static func attach(_ fd: CInt, _ options: TAPOptions) throws(SysError) {
    let isTUN = options.packetType != .ethernet
    let hasSeveral = options.queues > 1
    let result = unsafe clinux_tun_attach(fd, options.name, isTUN ? 1 : 0, hasSeveral ? 1 : 0)
    do throws(SysError) {
      try SysError.check(
        result, call: hasSeveral ? "TUNSETIFF(IFF_MULTI_QUEUE)" : "TUNSETIFF", subject: options.name)
    } catch {
      throw TAPAdvice(options: options).explain(error)
    }
  }

  /// Lets the interface hand over unfinished frames, as many kinds as this kernel knows, and returns what may
  /// be written to it. Kernels before 6.2 refuse the whole call when it names USO.
  private static func negotiateOffloads(_ fd: CInt, name: String) throws(SysError) -> PortOffloads {
    let tcp = clinux_tun_checksum | clinux_tun_tso4 | clinux_tun_tso6 | clinux_tun_tso_ecn
    let udp = clinux_tun_uso4 | clinux_tun_uso6
    if clinux_tun_set_offloads(fd, UInt(tcp | udp)) == 0 { return .all }
    try SysError.check(clinux_tun_set_offloads(fd, UInt(tcp)), call: "TUNSETOFFLOAD", subject: name)
    return [.checksum, .tcpSegmentation]
  }

  public var queues: [any PortQueue] { tapQueues }
  public var receiveLosses: ReceiveLosses {
    tapQueues.reduce(into: ReceiveLosses()) { $0.add($1.receiveLosses) }
  }

  /// The longest IP packet that goes through, in bytes.
  public var mtu: Int { tapQueues[0].mtu }

  public var packetLimit: Int { mtu }

  public func noteMTU(_ mtu: Int) { for queue in tapQueues { queue.mtu = mtu } }
}

extension TransmitOutcome {
  /// What a refused write or send means for the frame.
  ///
  /// tun answers EIO when the interface is down and EBADFD when its namespace is gone; a packet socket ENETDOWN
  /// and, for a deleted device, ENXIO or ENODEV.
  init(errno: CInt) {
    switch errno {
    case EAGAIN, ENOBUFS, ENOMEM: self = .queueFull
    case EMSGSIZE: self = .tooLong
    case EIO, EBADFD, ENETDOWN, ENXIO, ENODEV: self = .down
    default: self = .refused
    }
  }
}

extension PortType {
  static let tap = PortType(
    TAPPort.self, "a TAP device that the switch holds; the host or a namespace sees the interface",
    options: [
      .namespace, .namespaceProcess, .mtu, .mac, .merging,
      PortOption(
        "packet_type", "legacy_l2|legacy_l3|ptap",
        "legacy_l3 and ptap make a TUN device: IP without Ethernet headers, which rules see with ptap only; legacy_l2"
      ),
      PortOption(
        "n_rxq", "1..\(TAPOptions.mostQueues)",
        "how many queues the device has, over which the kernel spreads connections; 1"),
      PortOption("up", "true|false", "whether the interface is brought up; true, but with fd false"),
      .descriptors,
      PortOption("owner", "UID", "the user who may take over a persistent device; root"),
      PortOption("persist", "true|false", "whether the device outlives the switch; false"),
    ]
  ) { (name, values) throws(PortError) in
    var options = TAPOptions(name: try values.deviceName(name), namespace: try values.namespace())
    options.descriptors = try values.descriptors("fd")
    options.mtu = try values.integer("mtu", in: 68...65_535)
    options.packetType = try values.packetType("packet_type") ?? .ethernet
    options.macAddress = try values.macAddress("mac")
    if options.macAddress != nil, options.packetType != .ethernet {
      throw .option(.conflict("mac", "packet_type"))
    }
    options.queues = try values.integer("n_rxq", in: 1...TAPOptions.mostQueues) ?? 1
    options.isUp = try values.flag("up") ?? options.descriptors.isEmpty
    options.owner = try values.userID("owner")
    options.isPersistent = try values.flag("persist") ?? false
    options.mergesSegments = try values.merging()
    let settled = options
    return try opening { () throws(SysError) in try TAPPort.open(settled) }
  }
}
