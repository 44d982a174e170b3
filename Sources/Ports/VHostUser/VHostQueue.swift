public import Bytes
import CLinux
import Sys
import Synchronization
import Wire

/// A pair of rings: what the guest receives by, and what it sends by.
public final class VHostQueue: PortQueue {
  /// What the guest receives by.
  let outgoing: VHostRing
  /// What the guest sends by.
  let incoming: VHostRing
  private let losses = LossCounters()
  /// Readable when the guest has kicked since it was last looked at.
  private let kicks: KickSet
  private let mtu: Atomic<Int>
  /// What the guest was told of its device.
  private let guestMTU = Atomic(Int.max)
  /// The station that is to be announced; 0 for none.
  private let announced = Atomic<UInt64>(0)
  /// The first pair, whose ring takes what is to leave by this one's while the guest does not use it.
  private let first: VHostQueue?

  init(mtu: Int, first: VHostQueue? = nil, onFault: @escaping @Sendable () -> Void) throws(SysError) {
    outgoing = VHostRing(onFault: onFault)
    incoming = VHostRing(onFault: onFault)
    kicks = try KickSet()
    self.mtu = Atomic(mtu)
    self.first = first
  }

  /// By the number that the front end gives it: of the two the first is what the guest receives by.
  func ring(_ number: Int) -> VHostRing { number % 2 == 0 ? outgoing : incoming }

  /// Has kicks of the ring come by `descriptor`. Only what the guest sends is waited for.
  func setKick(_ descriptor: ReceivedDescriptor?, ofRing number: Int) {
    if number % 2 == 1 { kicks.set(descriptor) }
  }

  /// Has a worker look at the ring, which may have frames that nobody kicks for.
  func nudge() { kicks.nudge() }

  func noteMTU(_ mtu: Int) { self.mtu.store(mtu, ordering: .relaxed) }
  func noteGuestMTU(_ mtu: Int) { guestMTU.store(mtu, ordering: .relaxed) }
  /// The longest packet that the guest takes.
  var limit: Int { min(mtu.load(ordering: .relaxed), guestMTU.load(ordering: .relaxed)) }

  /// Has a frame come in that FDBs learn from where the station `address` is.
  func announce(_ address: MACAddress) {
    announced.store(address.rawValue, ordering: .relaxed)
    nudge()
  }

  public var descriptor: CInt? { kicks.descriptor }
  public var hasInput: Bool { false }
  public var isPolledWhenAwake: Bool { true }
  /// The rings let in one at a time by themselves.
  public var takesSeveralSenders: Bool { true }
  var receiveLosses: ReceiveLosses { losses.losses }

  public func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    if announced.load(ordering: .relaxed) != 0 { takeAnnouncement(into: &batch, from: &pool) }
    return incoming.receive(into: &batch, from: &pool, losses)
  }

  @inline(never)
  private func takeAnnouncement(into batch: inout PacketBatch, from pool: inout PacketPool) {
    guard batch.room > 0, let packet = pool.take() else { return }
    ReverseARP.write(packet, from: MACAddress(rawValue: announced.exchange(0, ordering: .relaxed)))
    batch.append(packet)
  }

  public func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    let ring = if let first, !outgoing.isRunning { first.outgoing } else { outgoing }
    ring.transmit(batch, report: &report, mtu: limit)
  }

  public func prepareToSleep() -> Bool {
    kicks.clear()
    return incoming.awaitKicks() || announced.load(ordering: .relaxed) != 0
  }
}
