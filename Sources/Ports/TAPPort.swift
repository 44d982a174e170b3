// Memory: the kernel writes into slots of the pool and reads from packets of the batch, both only during a
// call. `clinux_read_frame` is given `Packet.maximumLength`, which every slot has, and a byte more, behind `pointer`
// after `setLength`, and its header goes into the headroom of 128 bytes; `clinux_write_frame` is given the packet's
// own length and headroom. What is in the headroom belongs to nobody, even while several queues hold a frame.
public import Bytes
import CLinux
import Glibc
public import Sys
import Synchronization

/// A TAP or TUN device whose file descriptor the switch holds; the host or a namespace sees the interface.
///
/// Frames always travel with a virtio header, so that TCP crosses the switch in pieces of up to 64 KiB with
/// unfinished checksums: worth a factor of four in throughput over plain frames, measured. One read and one
/// write for a frame, non-blocking, with the header in the frame's headroom: NAPI, several queues and io_uring
/// gained nothing that showed (docs/performance.md).
///
/// The kernel checks neither the MTU nor what a program writes, so this type does.
public final class TAPPort: Port, PortQueue {
  public static var typeName: String { "tap" }

  private let device: OwnedDescriptor
  private let losses = LossCounters()
  private let currentMTU: Atomic<Int>
  public let name: String
  public let offloads: PortOffloads
  public let packetType: PortPacketType

  /// Creates or takes over the device and sets what `options` say.
  ///
  /// - Throws: the error of the call that failed; a device that was created for it is gone again.
  public static func open(_ options: TAPOptions) throws(SysError) -> TAPPort {
    guard let namespace = options.namespace else { return try TAPPort(options) }
    return try namespace.run { () throws(SysError) in try TAPPort(options) }
  }

  /// A tun device belongs to the namespace of the thread that opens it and is settled there: the device is
  /// never seen elsewhere, and its name may be in use in the switch's own namespace.
  private init(_ options: TAPOptions) throws(SysError) {
    name = options.name
    packetType = options.packetType
    device = try OwnedDescriptor(
      unsafe clinux_open("/dev/net/tun", O_RDWR | O_NONBLOCK), call: "open", subject: "/dev/net/tun")
    let fd = device.rawValue
    try SysError.check(
      unsafe clinux_tun_attach(fd, name, packetType == .ethernet ? 0 : 1), call: "TUNSETIFF", subject: name)
    try SysError.check(clinux_tun_set_header_size(fd), call: "TUNSETVNETHDRSZ", subject: name)
    offloads = try Self.negotiateOffloads(fd, name: name)
    if let owner = options.owner {
      try SysError.check(clinux_tun_set_owner(fd, owner), call: "TUNSETOWNER", subject: name)
    }
    let link = try Link(name)
    if let mac = options.macAddress, try link.macAddress() != mac { try link.setMACAddress(mac) }
    if let mtu = options.mtu, try link.mtu() != mtu { try link.setMTU(mtu) }
    currentMTU = try Atomic(link.mtu())
    if options.isUp, try !link.isUp() { try link.setUp(true) }
    if options.isPersistent {
      try SysError.check(clinux_tun_set_persistent(fd), call: "TUNSETPERSIST", subject: name)
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

  public var descriptor: CInt? { device.rawValue }
  public var hasInput: Bool { false }
  /// Nothing is kept between two frames that are written.
  public var takesSeveralSenders: Bool { true }
  public var receiveLosses: ReceiveLosses { losses.losses }

  /// The longest IP packet that `transmit` lets through, in bytes.
  public var mtu: Int { currentMTU.load(ordering: .relaxed) }

  public var packetLimit: Int { mtu }

  public func noteMTU(_ mtu: Int) { currentMTU.store(mtu, ordering: .relaxed) }

  public func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    let prefix = packetType == .ethernet ? 0 : Packet.ethernetLength
    while !batch.isFull {
      guard let packet = pool.take() else { return .more }
      packet.setLength(0)
      let frame = unsafe packet.pointer + prefix
      let length = unsafe clinux_read_frame(device.rawValue, frame, Packet.maximumLength - prefix)
      if length < 0 {
        pool.give(packet)
        switch CInt(-length) {
        case EAGAIN: return .drained
        case EINTR: continue
        case EMSGSIZE: losses.addTooLong()
        case let errno: return .failed(errno)
        }
        continue
      }
      packet.setLength(length + prefix)
      var offload = unsafe OffloadHeader(clinux_read_header(frame))
      if prefix != 0 {
        packet.announcePacket()
        offload.shift(by: prefix)
      }
      guard packet.adopt(offload) else {
        losses.addBadOffload()
        pool.give(packet)
        continue
      }
      batch.append(packet)
    }
    return .more
  }

  public func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    let mtu = mtu
    for i in 0..<batch.count { report[i] = write(batch[i], mtu: mtu) }
  }

  private func write(_ packet: Packet, mtu: Int) -> TransmitOutcome {
    guard packet.fits(mtu: mtu) else { return .tooLong }
    var offload = packet.offload
    var prefix = 0
    if packetType != .ethernet {
      guard let start = packet.packetStart else { return .refused }
      prefix = start
      offload.shift(by: -start)
    }
    let header = clinux_vnet_header(offload)
    while true {
      let written = unsafe clinux_write_frame(
        device.rawValue, header, packet.pointer + prefix, packet.length - prefix, packet.headroom + prefix)
      if written >= 0 { return .sent }
      if CInt(-written) != EINTR { return TransmitOutcome(errno: CInt(-written)) }
    }
  }
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
      .namespace, .namespaceProcess, .mtu, .mac,
      PortOption(
        "packet_type", "legacy_l2|legacy_l3|ptap",
        "legacy_l3 and ptap make a TUN device: IP without Ethernet headers, which rules see with ptap only; legacy_l2"
      ),
      PortOption("up", "true|false", "whether the interface is brought up; true"),
      PortOption("owner", "UID", "the user who may take over a persistent device; root"),
      PortOption("persist", "true|false", "whether the device outlives the switch; false"),
    ]
  ) { (name, values) throws(PortError) in
    var options = TAPOptions(name: try values.deviceName(name), namespace: try values.namespace())
    options.mtu = try values.integer("mtu", in: 68...65_535)
    options.packetType = try values.packetType("packet_type") ?? .ethernet
    options.macAddress = try values.macAddress("mac")
    if options.macAddress != nil, options.packetType != .ethernet {
      throw .option(.conflict("mac", "packet_type"))
    }
    options.isUp = try values.flag("up") ?? true
    options.owner = try values.integer("owner", in: 0...Int(UInt32.max) - 1).map { UInt32($0) }
    options.isPersistent = try values.flag("persist") ?? false
    let settled = options
    return try opening { () throws(SysError) in try TAPPort.open(settled) }
  }
}
