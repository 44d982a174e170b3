// Memory: `content` is one block, made by `init` and freed by deinit, and so are the ring in it, while `kind` says that there
// is one, and `scratch`. Only who is let in by the gate touches them: a worker for a batch, or the session.
import Bytes
import CLinux
import Sys
import Synchronization

/// One ring of a device: what workers call, and how the session starts and stops it.
@safe final class VHostRing: @unchecked Sendable {
  // Sendable: the gate protects `content`; all else is constant or atomic.

  enum Kind {
    case none, split, packed
  }

  /// How a ring is to run.
  @safe struct Settings {
    var setup: RingSetup
    /// What tells the guest that chains were given back; negative for nothing.
    var call: CInt
  }

  private struct Content: ~Copyable {
    var kind = Kind.none
    var call: CInt = -1
    var headerLength = 12
    var isMergeable = false
    /// Whether the headers in front of what the guest sends say anything.
    var readsHeaders = true
    var offloads: PortOffloads = []
    /// Whether the guest is to kick.
    var hasKicks = true
  }

  private let gate = RingGate()
  private let content: UnsafeMutablePointer<Content>
  private let split: UnsafeMutablePointer<SplitRing>
  private let packed: UnsafeMutablePointer<PackedRing>
  /// For frames without room for a header in front of them.
  private let scratch: UnsafeMutableRawPointer
  private let lie = Atomic<UInt32>(0)
  private let isOn = Atomic(false)
  /// Told when the guest has lied.
  private let onFault: @Sendable () -> Void

  /// - Parameter onFault: called on a worker's thread.
  init(onFault: @escaping @Sendable () -> Void) {
    self.onFault = onFault
    unsafe content = .allocate(capacity: 1)
    unsafe content.initialize(to: Content())
    unsafe split = .allocate(capacity: 1)
    unsafe packed = .allocate(capacity: 1)
    unsafe scratch = .allocate(byteCount: Packet.maximumLength + 16, alignment: 64)
  }

  deinit {
    clear()
    unsafe content.deinitialize(count: 1)
    unsafe content.deallocate()
    unsafe split.deallocate()
    unsafe packed.deallocate()
    unsafe scratch.deallocate()
  }

  // MARK: Session's side

  /// Lets workers in. What ran before is stopped.
  func start(_ settings: Settings) {
    gate.closed {
      clear()
      lie.store(0, ordering: .relaxed)
      let features = settings.setup.features
      unsafe content.pointee.call = settings.call
      unsafe content.pointee.headerLength = features.headerLength
      unsafe content.pointee.isMergeable = features.contains(.mergeableBuffers)
      unsafe content.pointee.readsHeaders = features.mayBeUnfinished
      unsafe content.pointee.offloads = features.offloadsOfGuest
      if features.contains(.packedRing) {
        unsafe packed.initialize(to: PackedRing(settings.setup, base: settings.setup.base))
        _ = unsafe packed.pointee.setKicks(true)
        unsafe content.pointee.kind = .packed
      } else {
        unsafe split.initialize(to: SplitRing(settings.setup))
        _ = unsafe split.pointee.setKicks(true)
        unsafe content.pointee.kind = .split
      }
      // Whoever served it before may have wanted none.
      unsafe content.pointee.hasKicks = true
      isOn.store(true, ordering: .relaxed)
    }
  }

  /// When it returns no worker is in the ring or will be. The index that the guest is told of it; `nil` when it did not run.
  @discardableResult
  func stop() -> UInt32? {
    gate.closed {
      defer { clear() }
      return switch unsafe content.pointee.kind {
      case .none: nil
      case .split: unsafe UInt32(split.pointee.base)
      // Where it opens and where it gives back: the same.
      case .packed: unsafe UInt32(packed.pointee.base) << 16 | UInt32(packed.pointee.base)
      }
    }
  }

  /// Tells the guest by another descriptor; negative for none.
  func setCall(_ call: CInt) { gate.closed { unsafe content.pointee.call = call } }

  /// What the guest lied about, if it did since the ring was started.
  var fault: RingFault? { RingFault(rawValue: lie.load(ordering: .acquiring)) }

  private func clear() {
    switch unsafe content.pointee.kind {
    case .none: break
    case .split: unsafe split.deinitialize(count: 1)
    case .packed: unsafe packed.deinitialize(count: 1)
    }
    unsafe content.pointee.kind = .none
    unsafe content.pointee.call = -1
    isOn.store(false, ordering: .relaxed)
  }

  // MARK: Worker's side

  /// Whether it runs. It may have stopped when it is used.
  @inline(__always) var isRunning: Bool { isOn.load(ordering: .relaxed) }

  /// Takes the frames that the guest sends.
  func receive(
    into batch: inout PacketBatch, from pool: inout PacketPool, _ losses: borrowing LossCounters
  ) -> ReceiveOutcome {
    guard gate.enter() else { return .drained }
    defer { gate.leave() }
    let header = unsafe HeaderForm(
      length: content.pointee.headerLength, isRead: content.pointee.readsHeaders)
    var fault: RingFault?
    let hasMore: Bool
    switch unsafe content.pointee.kind {
    case .none: return .drained
    case .split:
      hasMore = unsafe split.pointee.receive(into: &batch, from: &pool, header, losses, &fault)
      unsafe finish(split, fault)
    case .packed:
      hasMore = unsafe packed.pointee.receive(into: &batch, from: &pool, header, losses, &fault)
      unsafe finish(packed, fault)
    }
    if !batch.isEmpty, unsafe content.pointee.hasKicks { muteKicks() }
    return hasMore ? .more : .drained
  }

  /// Gives frames to the guest.
  func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport, mtu: Int) {
    guard gate.enter() else {
      for i in 0..<batch.count { report[i] = .queueFull }
      return
    }
    defer { gate.leave() }
    let offloads = unsafe content.pointee.offloads
    for i in 0..<batch.count { report[i] = Self.verdict(batch[i], offloads, mtu) }
    let flags: UInt8 = offloads.contains(.checksum) ? .max : 0
    let length = unsafe content.pointee.headerLength
    let isMergeable = unsafe content.pointee.isMergeable
    var fault: RingFault?
    switch unsafe content.pointee.kind {
    case .none:
      for i in 0..<batch.count { report[i] = .down }
      return
    case .split:
      unsafe split.pointee.transmit(
        batch, report: &report, headerLength: length, isMergeable: isMergeable, flags: flags,
        scratch: scratch,
        &fault)
      unsafe finish(split, fault)
    case .packed:
      unsafe packed.pointee.transmit(
        batch, report: &report, headerLength: length, isMergeable: isMergeable, flags: flags,
        scratch: scratch,
        &fault)
      unsafe finish(packed, fault)
    }
    // Nobody waits for the guest's buffers: it need not tell of new ones.
    if unsafe content.pointee.hasKicks { muteKicks() }
  }

  @inline(__always)
  private static func verdict(_ packet: Packet, _ offloads: PortOffloads, _ mtu: Int) -> TransmitOutcome {
    let offload = packet.offload
    // A guest that has just begun to take less: the datapath does not know yet.
    if !offloads.takes(offload) { return .refused }
    return packet.fits(mtu: mtu) ? .sent : .tooLong
  }

  /// Shows the guest what was done, and gives it up if it lied.
  @inline(__always)
  private func finish<Ring: Virtqueue & ~Copyable>(_ ring: UnsafeMutablePointer<Ring>, _ fault: RingFault?) {
    if unsafe ring.pointee.publish() { call() }
    let fault = unsafe ring.pointee.regions.hasVanished ? .memoryVanished : fault
    if let fault { giveUp(fault) }
  }

  @inline(never)
  private func call() {
    let descriptor = unsafe content.pointee.call
    if descriptor >= 0 { ForeignEvent.signal(descriptor) }
  }

  @inline(never)
  private func giveUp(_ fault: RingFault) {
    clear()
    lie.store(fault.rawValue, ordering: .releasing)
    onFault()
  }

  @inline(never)
  private func muteKicks() {
    switch unsafe content.pointee.kind {
    case .none: break
    case .split: _ = unsafe split.pointee.setKicks(false)
    case .packed: _ = unsafe packed.pointee.setKicks(false)
    }
    unsafe content.pointee.hasKicks = false
  }

  /// Has the guest kick for the next frame. Whether there is one already.
  func awaitKicks() -> Bool {
    // The session is in it, for a moment: to be asked again.
    guard gate.enter() else { return true }
    defer { gate.leave() }
    let isAsked = unsafe content.pointee.hasKicks
    unsafe content.pointee.hasKicks = true
    return switch unsafe content.pointee.kind {
    case .none: false
    case .split: unsafe isAsked ? split.pointee.hasMore : split.pointee.setKicks(true)
    case .packed: unsafe isAsked ? packed.pointee.hasMore : packed.pointee.setKicks(true)
    }
  }
}
