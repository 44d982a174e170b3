public import Bytes
import CLinux
import Glibc
public import Sys
import Synchronization

/// A network device of the host through AF_XDP: an XDP program takes its frames before the host's network stack has seen
/// them, and rings in shared memory carry them.
///
/// Cheaper for each frame than a packet socket (`PacketSocketPort`), at the price of offloads: nothing tells of a checksum
/// that the sender left to the device or of a tag that lies beside the frame, and no frame may be longer than a chunk.
/// `report` says what must be turned off for that, and where.
public final class AFXDPPort: Port, PortQueue, @unchecked Sendable {
  // Sendable: `turn`, `failure` and what changes in the sockets belong to the worker thread; all else is constant,
  // atomic or locked.

  public static var typeName: String { "afxdp" }

  /// The largest MTU, in bytes: the Ethernet header and two tags come on top.
  public static var largestMTU: Int { UMEM.longestReceived - 22 }
  /// When a device that took nothing is asked again, in nanoseconds.
  private static var retryInterval: UInt64 { 1_000_000 }

  public let name: String
  let mode: AFXDPOptions.Mode
  let namespace: NetworkNamespace?
  private let program: XDPProgram
  /// One for each queue; frames leave by the first one.
  let sockets: [XDPSocket]
  /// Keeps the device promiscuous as long as it is open.
  private let promiscuity: OwnedDescriptor?
  /// Readable when one of the sockets is, or when `retry` is due.
  private let readiness: Epoll
  private let retry: TimerFD
  private let losses = LossCounters()
  private let currentMTU: Atomic<Int>
  /// The socket that is asked first.
  private var turn = 0
  private var isRetrySet = false
  /// Why the device takes nothing any more; an errno, or 0.
  private var failure: CInt = 0

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
    var sockets: [XDPSocket] = []
    for queue in 0..<options.queues {
      let socket = try XDPSocket(
        device: name, index: index, queue: queue, sends: queue == 0,
        flags: options.mode.bindFlags(program.mode))
      try program.give(queue, to: socket.descriptor.rawValue, device: name)
      sockets.append(socket)
    }
    promiscuity = options.isPromiscuous ? try Self.makePromiscuous(index, name: name) : nil
    readiness = try Epoll(capacity: 1)
    retry = try TimerFD()
    for socket in sockets { try readiness.add(socket.descriptor.rawValue, tag: 0) }
    try readiness.add(retry.descriptor, tag: 0)

    self.name = name
    namespace = options.namespace
    currentMTU = Atomic(mtu)
    mode = program.mode == .generic ? .generic : sockets[0].isZeroCopy ? .nativeZeroCopy : .native
    self.program = program
    self.sockets = sockets
  }

  private static func makePromiscuous(_ index: CInt, name: String) throws(SysError) -> OwnedDescriptor {
    // Protocol 0 receives nothing.
    let socket = try OwnedDescriptor(
      clinux_socket(AF_PACKET, CInt(SOCK_RAW.rawValue), 0), call: "socket(AF_PACKET)", subject: name)
    try SysError.check(
      clinux_packet_set_promiscuous(socket.rawValue, index), call: "PACKET_ADD_MEMBERSHIP", subject: name)
    return socket
  }

  public var descriptor: CInt? { readiness.descriptor }
  public var hasInput: Bool { false }
  public var offloads: PortOffloads { [] }

  /// Queues that are served.
  var queueCount: Int { sockets.count }

  /// The longest IP packet that `transmit` lets through, in bytes.
  public var mtu: Int { min(currentMTU.load(ordering: .relaxed), Self.largestMTU) }

  public var packetLimit: Int { mtu }

  public func noteMTU(_ mtu: Int) { currentMTU.store(mtu, ordering: .relaxed) }

  public var receiveLosses: ReceiveLosses {
    sockets.reduce(into: losses.losses) { $0.add($1.statistics) }
  }

  // MARK: Receiving

  public func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    if failure != 0 { return .failed(failure) }
    if sockets[0].hasLeftovers { sendLeftovers() }
    var hasMore = false
    for offset in 0..<sockets.count {
      let socket = sockets[(turn + offset) % sockets.count]
      if socket.receive(into: &batch, from: &pool, losses) { hasMore = true }
    }
    turn = (turn + 1) % sockets.count
    return hasMore ? .more : .drained
  }

  /// Tries again what the device did not take before.
  @inline(never)
  private func sendLeftovers() {
    // They were reported as sent when they were put into the ring.
    failure = sockets[0].send { _ in }
    settleRetry()
  }

  /// Has the worker call `receive` when something is left to do.
  private func settleRetry() {
    let isWanted = failure != 0 || sockets[0].hasLeftovers
    if isWanted {
      retry.set(failure != 0 ? 0 : MonotonicClock.nanoseconds + Self.retryInterval)
    } else if isRetrySet {
      retry.cancel()
    }
    isRetrySet = isWanted
  }

  // MARK: Sending

  public func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    guard failure == 0 else {
      for i in 0..<batch.count { report[i] = .down }
      return
    }
    let socket = sockets[0]
    let mtu = mtu
    socket.reap()
    // Frames that may not go are not put into the ring, so its indices and the batch's differ.
    let first = socket.next
    var frames = InlineArray<32, Int>(repeating: 0)
    var count = 0
    for i in 0..<batch.count {
      let packet = batch[i]
      if !packet.fits(mtu: mtu) || packet.length > UMEM.chunkLength {
        report[i] = .tooLong
      } else if packet.length < Packet.ethernetLength {
        report[i] = .refused
      } else if socket.enqueue(packet) {
        report[i] = .sent
        frames[count] = i
        count += 1
      } else {
        report[i] = .queueFull
      }
    }
    guard count > 0 else { return }
    failure = socket.send { index in
      // Those of an earlier batch were reported as sent.
      let place = Int(index &- first)
      if place < count { report[frames[place]] = .refused }
    }
    if failure != 0 || isRetrySet || socket.hasLeftovers { settleRetry() }
    guard failure != 0 else { return }
    for place in 0..<count where !socket.hasTaken(first &+ UInt32(place)) { report[frames[place]] = .down }
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
      .namespace, .namespaceProcess, .mtu,
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
    let settled = options
    return try opening { () throws(SysError) in try AFXDPPort.open(settled) }
  }
}
