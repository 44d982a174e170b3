import CLinux
import Glibc
import Sys

/// Where a front end is met.
enum VHostPlace: Hashable, Sendable {
  /// The switch makes the socket.
  case listening(String)
  /// The front end makes it.
  case connecting(String)

  var path: String {
    switch self {
    case .listening(let path), .connecting(let path): path
    }
  }
}

/// The thread that talks to a port's front end, so that one that stalls holds up nothing but itself.
///
/// One front end at a time. When it goes, the next one is waited for, or the same one is looked for again.
final class VHostService: Sendable {
  private let place: VHostPlace
  private let queues: [VHostQueue]
  private let offloads: VHostFeatures
  let status: VHostStatus
  private let stopEvent: EventFD
  /// A guest has lied.
  private let faultEvent: EventFD
  /// For what front ends have sent.
  private let closer: ForeignCloser
  private let listener: CInt?
  /// Keeps it open.
  private let ownedListener: OwnedDescriptor?
  /// Which file the socket is: another port may have made one of that name meanwhile.
  private let socketFile: UInt64

  /// - Throws: `EADDRINUSE` when somebody else listens there.
  init(
    _ place: VHostPlace, queues: [VHostQueue], offloads: VHostFeatures, faultEvent: consuming EventFD
  ) throws(SysError) {
    self.place = place
    self.queues = queues
    self.offloads = offloads
    self.faultEvent = faultEvent
    stopEvent = try EventFD()
    closer = try ForeignCloser()
    status = VHostStatus(Self.waiting(place))
    switch place {
    case .listening(let path):
      // Access for the group, as to the other sockets of the switch.
      let socket = try UnixSocket.bound(.stream, to: UnixAddress(path), owner: nil, permissions: 0o660)
      listener = socket.rawValue
      ownedListener = consume socket
    case .connecting:
      listener = nil
      ownedListener = nil
    }
    socketFile = unsafe listener == nil ? 0 : clinux_file_number(place.path)
  }

  deinit {
    guard case .listening(let path) = place, unsafe clinux_file_number(path) == socketFile else { return }
    ProcessSettings.removeFile(path)
  }

  private static func waiting(_ place: VHostPlace) -> PeerState {
    switch place {
    case .listening(let path): .waiting("no front end has connected to \(path)")
    case .connecting(let path): .waiting("no front end listens at \(path)")
    }
  }

  func start() throws(SysError) -> Thread {
    try Thread(name: "vhost") { [self] in
      do throws(SysError) {
        try run()
      } catch {
        status.update(.stopped("\(error)"), offloads: [], facts: [:])
      }
    }
  }

  func stop() { stopEvent.signal() }

  // MARK: The thread

  private enum Tag {
    static var stop: UInt64 { 0 }
    static var fault: UInt64 { 1 }
    static var arrival: UInt64 { 2 }
    static var message: UInt64 { 3 }
    static var closed: UInt64 { 4 }
  }

  /// The most files of a front end that are being closed while it is served.
  private static var mostPending: Int { 16 }

  /// When a front end that does not listen is looked for again, in nanoseconds.
  private static var firstPause: UInt64 { 50_000_000 }
  private static var longestPause: UInt64 { 1_000_000_000 }

  private func run() throws(SysError) {
    var epoll = try Epoll(capacity: 8)
    let retry = try TimerFD()
    try epoll.add(stopEvent.descriptor, tag: Tag.stop)
    try epoll.add(faultEvent.descriptor, tag: Tag.fault)
    try epoll.add(closer.descriptor, tag: Tag.closed)
    let arrivals = listener ?? retry.descriptor
    try epoll.add(arrivals, tag: Tag.arrival)
    if listener == nil { retry.set(0) }
    var pause = Self.firstPause
    var current: Peer?
    /// Whether nobody else is met.
    var hasNoArrivals = false
    var reasonOfEnd = ""
    while true {
      let count = epoll.wait(timeoutMilliseconds: -1)
      for i in 0..<count {
        switch epoll[i].tag {
        case Tag.stop:
          current?.session.close()
          return
        case Tag.fault:
          faultEvent.clear()
          current?.session.noteFaults()
          if let current { tell(current) }
        case Tag.closed: closer.clear()
        case Tag.arrival:
          guard current == nil else { continue }
          guard let peer = meet() else {
            if listener == nil {
              retry.set(MonotonicClock.nanoseconds + pause)
              pause = min(2 * pause, Self.longestPause)
            }
            continue
          }
          pause = Self.firstPause
          current = peer
          // Others wait until this one is gone.
          try epoll.remove(arrivals)
          hasNoArrivals = true
          try epoll.add(peer.connection.descriptor, tag: Tag.message)
          tell(peer)
        default:
          guard let peer = current, let reason = serve(peer) else { continue }
          try epoll.remove(peer.connection.descriptor)
          peer.session.close()
          current = nil
          reasonOfEnd = reason
          if let refusal = peer.session.refusal { reasonOfEnd += "; refused was \(refusal)" }
        }
        guard hasNoArrivals, current == nil else { continue }
        // The next one is met when nothing is left of the last one: else each would leave more files that do not close.
        guard closer.pending == 0 else {
          status.update(.gone("\(reasonOfEnd); a file that it sent does not close"), offloads: [], facts: [:])
          continue
        }
        status.update(.gone(reasonOfEnd), offloads: [], facts: [:])
        hasNoArrivals = false
        try epoll.add(arrivals, tag: Tag.arrival)
        if listener == nil { retry.set(MonotonicClock.nanoseconds + pause) }
      }
    }
  }

  private struct Peer {
    var connection: VHostConnection
    var session: VHostSession
  }

  private func meet() -> Peer? {
    do throws(SysError) {
      let socket =
        switch place {
        case .listening: try UnixSocket.accept(from: listener ?? -1)
        case .connecting(let path): try UnixSocket.connected(to: UnixAddress(path))
        }
      return Peer(
        connection: VHostConnection(socket, closer: closer),
        session: VHostSession(queues: queues, offloads: offloads))
    } catch {
      return nil
    }
  }

  /// Carries out what the front end asks for. Why the connection is to end, if it is.
  private func serve(_ peer: Peer) -> String? {
    // A bound, so that a front end that never stops talking does not keep the thread from ending.
    for _ in 0..<64 {
      guard closer.pending <= Self.mostPending else {
        return "the front end sent file after file that does not close"
      }
      switch peer.connection.next() {
      case .nothing: return nil
      case .ended(let reason): return reason
      case .message(let message, let descriptors):
        if let reason = carryOut(message, descriptors, for: peer) { return reason }
        tell(peer)
      }
    }
    return nil
  }

  private func carryOut(
    _ message: VHostMessage, _ descriptors: [ReceivedDescriptor], for peer: Peer
  ) -> String? {
    var answer: [UInt8]?
    do throws(VHostRefusal) {
      answer = try peer.session.handle(message, descriptors)
    } catch {
      guard peer.session.wantsAcknowledgement(message) else { return "the front end sent \(error)" }
      peer.session.refusal = peer.session.refusal ?? error
      answer = VHostSession.acknowledgement(of: message.request, isDone: false)
    }
    let file = peer.session.takeFile()
    guard let answer, !peer.connection.send(answer, with: file?.rawValue) else { return nil }
    return "the front end does not take its answers"
  }

  /// Has the control thread know how the device is.
  private func tell(_ peer: Peer) {
    let session = peer.session
    var condition = PeerState.waiting("the guest has not started its driver")
    if let (ring, fault) = session.fault {
      condition = .stopped("ring \(ring): \(fault)")
    } else if queues.indices.contains(where: session.isUp) {
      condition = .connected
    }
    status.update(
      condition, offloads: condition == .connected ? session.features.offloadsOfGuest : [],
      facts: session.facts)
  }
}
