// Memory: none; the file holds calls that take no pointer.
public import Bytes
import Glibc
public import Sys
import Synchronization

/// A Unix stream in which each frame comes behind its length: what QEMU's `-netdev stream` speaks. A virtual machine is
/// attached without root and without a TAP device.
///
/// As server the port waits for somebody to connect, one at a time, and waits again when he leaves. As client it is
/// opened when somebody listens, and fails with `ENOTCONN` when he leaves.
///
/// # Theory
/// The descriptor of the connection stays the same as long as the port is open: who connects, and who leaves, is put in
/// its place (`dup2`). So a worker that sends never uses a descriptor that another one has closed.
public final class StreamPort: PeerPort, PortQueue, @unchecked Sendable {
  // Sendable: what varies belongs to the worker that receives; all else is constant or locked.

  public static var typeName: String { "stream" }

  private let address: UnixAddress
  /// `nil` for a client.
  private let listener: CInt?
  /// Keeps it open.
  private let ownedListener: OwnedDescriptor?
  private let connection: OwnedDescriptor
  /// What stands in for a connection while there is none.
  private let nobody: OwnedDescriptor
  /// Readable when somebody connects, when frames have come, or when the connection has room again.
  private let readiness: Epoll
  /// Makes it readable while received frames are left.
  private let leftovers: EventFD
  /// To be used while `sending` is locked.
  private var sender = FrameSender()
  private let sending = Mutex(())
  private let state: Mutex<PeerState>
  private let onChange = Mutex<@Sendable () -> Void>({})
  private var stream = FrameStream()
  private var hasLeftovers = false
  private var isConnected = false

  /// A port at whose socket `path`, which belongs to `owner`, others connect.
  ///
  /// - Throws: `EADDRINUSE` when somebody uses `path`, otherwise what the system said.
  public static func listen(at path: String, owner: UInt32?) throws(SysError) -> StreamPort {
    let address = try UnixAddress(path)
    let listener = try UnixSocket.bound(.stream, to: address, owner: owner)
    let descriptor = listener.rawValue
    let port = try StreamPort(
      address, listener: descriptor, owned: listener, connection: try UnixSocket.make(.stream))
    try port.watchListener()
    return port
  }

  /// A port that is connected to whoever listens at `path`.
  ///
  /// - Throws: `ENOENT` or `ECONNREFUSED` when nobody does.
  public static func connect(to path: String) throws(SysError) -> StreamPort {
    let address = try UnixAddress(path)
    let connection = try UnixSocket.connected(to: address)
    let port = try StreamPort(address, listener: nil, owned: nil, connection: connection)
    port.begin()
    return port
  }

  private init(
    _ address: consuming UnixAddress, listener: CInt?, owned: consuming OwnedDescriptor?,
    connection: consuming OwnedDescriptor
  ) throws(SysError) {
    state = Mutex(.waiting("nobody has connected to \(address.path) yet"))
    self.address = address
    self.listener = listener
    ownedListener = owned
    self.connection = connection
    nobody = try UnixSocket.make(.stream)
    leftovers = try EventFD()
    readiness = try Epoll(capacity: 1)
    try readiness.add(leftovers.descriptor, tag: 0)
  }

  deinit { if listener != nil { ProcessSettings.removeFile(address.path) } }

  public var descriptor: CInt? { readiness.descriptor }
  public var hasInput: Bool { false }
  public var offloads: PortOffloads { [] }
  public var receiveLosses: ReceiveLosses { ReceiveLosses() }
  public var peer: PeerState { state.withLock { $0 } }
  public func onPeerChange(_ body: @escaping @Sendable () -> Void) { onChange.withLock { $0 = body } }

  // MARK: Coming and going

  private func watchListener() throws(SysError) {
    guard let listener else { return }
    try readiness.add(listener, tag: 0)
  }

  /// Takes whoever waits to be connected. `false` when nobody does.
  @inline(never)
  private func accept() -> Bool {
    guard let listener, let accepted = try? UnixSocket.accept(from: listener) else { return false }
    dup2(accepted.rawValue, connection.rawValue)
    try? readiness.remove(listener)
    begin()
    return true
  }

  private func begin() {
    isConnected = true
    stream.removeAll()
    try? readiness.add(connection.rawValue, tag: 0)
    sending.withLock { _ in sender.begin() }
    change(to: .connected)
  }

  /// - Returns: what `receive` is to return.
  @inline(never)
  private func end(_ reason: String) -> ReceiveOutcome {
    isConnected = false
    sending.withLock { _ in
      sender.end()
      dup2(nobody.rawValue, connection.rawValue)
    }
    change(to: .gone(reason))
    guard listener != nil else { return .failed(ENOTCONN) }
    do throws(SysError) { try watchListener() } catch { return .failed(error.errno) }
    return .drained
  }

  private func change(to new: PeerState) {
    state.withLock { $0 = new }
    onChange.withLock { $0 }()
  }

  // MARK: Frames

  public func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    if !isConnected, !accept() { return .drained }
    sendRest()
    while true {
      while !batch.isFull, stream.hasNext {
        guard let packet = pool.take() else { return leave() }
        if case .wrongLength(let length) = stream.next(into: packet) {
          pool.give(packet)
          return end("it sent a frame of \(length) bytes; the longest has \(Packet.maximumLength)")
        }
        batch.append(packet)
      }
      guard !stream.hasNext else { return leave() }
      let count = stream.receive(from: connection.rawValue)
      switch count {
      case 1...: continue
      case 0: return end("the other end closed the connection")
      case -Int(EINTR): continue
      case -Int(EAGAIN):
        if hasLeftovers {
          leftovers.clear()
          hasLeftovers = false
        }
        return .drained
      default: return end(SysError.text(of: CInt(-count)))
      }
    }
  }

  /// Frames are left for the next call.
  private func leave() -> ReceiveOutcome {
    if !hasLeftovers { leftovers.signal() }
    hasLeftovers = true
    return .more
  }

  public func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    sending.withLock { _ in
      let hadRest = sender.hasRest
      sender.send(batch, to: connection.rawValue, report: &report)
      if sender.hasRest != hadRest { watchRoom(sender.hasRest) }
    }
  }

  /// Sends the end of a frame of which a part has gone.
  private func sendRest() {
    sending.withLock { _ in
      if sender.hasRest, sender.sendRest(to: connection.rawValue) { watchRoom(false) }
    }
  }

  /// Whether `readiness` tells when the connection has room again.
  private func watchRoom(_ isWanted: Bool) {
    try? readiness.remove(connection.rawValue)
    try? readiness.add(
      connection.rawValue, tag: 0, events: isWanted ? [.readable, .writable] : .readable)
  }
}

extension PortType {
  static let stream = PortType(
    StreamPort.self, "a virtual machine by QEMU's -netdev stream: a Unix socket, no TAP device, no offloads",
    hasLink: false,
    options: [
      PortOption("path", "PATH", "the socket; must be given", isRequired: true),
      PortOption("mode", "server|client", "whether the switch listens at it or QEMU; server"),
      .socketOwner,
    ]
  ) { (_, values) throws(PortError) in
    let path = try values.path("path")
    let owner = try values.userID("owner")
    if values.text("mode") == "client" {
      guard owner == nil else { throw .option(.conflict("owner", "mode=client")) }
      return try opening { () throws(SysError) in try StreamPort.connect(to: path) }
    }
    return try opening { () throws(SysError) in try StreamPort.listen(at: path, owner: owner) }
  }
}
