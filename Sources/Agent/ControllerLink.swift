import Actions
import Datapath
import Match
import NIOCore
import NIOSSL
import OpenFlow
import Sys

/// What a connection of a configured controller has beyond one on the bridge's own socket: settings that the
/// controller did not choose itself, a limit of packet-ins, and somebody who wants to know how it is doing.
final class ControllerLink {
  private(set) var specification: ControllerSpecification
  private let loop: any EventLoop
  /// `nil` without a rate limit.
  private var missScheduler: PacketInScheduler?
  private var actionScheduler: PacketInScheduler?
  private var timer: Scheduled<Void>?
  /// Why the connection ends, as soon as that is known.
  private(set) var fault: String?
  /// Messages that were not sent because the controller does not read.
  var untaken: UInt64 = 0
  /// Whether the controller was asked for a sign of life.
  var isProbing = false
  weak var connection: OpenFlowConnection?

  /// Both sides have agreed on a version.
  var onConnected: () -> Void = {}
  var onClosed: () -> Void = {}

  init(_ specification: ControllerSpecification, loop: any EventLoop) {
    self.specification = specification
    self.loop = loop
    resetSchedulers()
  }

  /// Takes over settings that do not need a new connection.
  func change(to new: ControllerSpecification) {
    let old = specification
    specification = new
    let isSame = old.rateLimit == new.rateLimit && old.burstLimit == new.burstLimit
    if !isSame || old.queueSize != new.queueSize { resetSchedulers() }
  }

  var isPrimary: Bool { specification.kind == .primary }

  // MARK: The limit of packet-ins

  var misses: ControllerStatus.Scheduling? { missScheduler?.counts }
  var actions: ControllerStatus.Scheduling? { actionScheduler?.counts }

  /// What waits is dropped.
  private func resetSchedulers() {
    let scheduler = specification.rateLimit.map {
      PacketInScheduler(
        rate: $0, burst: specification.burstLimit, limit: specification.queueSize,
        now: loop.now.uptimeNanoseconds)
    }
    missScheduler = scheduler
    actionScheduler = scheduler
  }

  /// Whether a packet-in goes at once. The limit may hold it back, and deliver it later or never.
  func admits(_ waiting: WaitingPacketIn) -> Bool {
    let packetIn = waiting.packetIn
    let port = UInt16(truncatingIfNeeded: packetIn.key[Slot(FlowKey.Word.ingress, 48, 16)])
    let now = loop.now.uptimeNanoseconds
    let isAdmitted =
      packetIn.reason == .noMatch
      ? missScheduler?.admits(waiting, port: port, now: now)
      : actionScheduler?.admits(waiting, port: port, now: now)
    if isAdmitted == false { scheduleDelivery() }
    return isAdmitted ?? true
  }

  /// Sets the timer for the next packet-in that waits.
  private func scheduleDelivery() {
    let waits = [missScheduler?.wait, actionScheduler?.wait].compactMap { $0 }
    guard timer == nil, let wait = waits.min() else { return }
    timer = loop.assumeIsolated().scheduleTask(in: .nanoseconds(Int64(wait))) { [weak self] in
      guard let self else { return }
      timer = nil
      deliver()
    }
  }

  private func deliver() {
    guard let connection, connection.isOpen else { return }
    let now = loop.now.uptimeNanoseconds
    while let waiting = missScheduler?.next(now: now) { connection.deliver(waiting) }
    while let waiting = actionScheduler?.next(now: now) { connection.deliver(waiting) }
    scheduleDelivery()
  }

  /// Notes an error of the connection.
  func note(_ error: any Error, in pipeline: ChannelPipeline) {
    let handler: NIOSSLHandler? =
      (try? pipeline.syncOperations.handler(type: NIOSSLClientHandler.self))
      ?? (try? pipeline.syncOperations.handler(type: NIOSSLServerHandler.self))
    let seconds = Int(WallClock.nanoseconds / 1_000_000_000)
    let text = TLSFault.text(of: error, certificate: handler?.peerCertificate, now: seconds)
    note(text ?? ConnectionFault.text(of: error))
  }

  /// Notes why the connection ends. The first reason is the one that counts.
  func note(_ fault: String) {
    if self.fault == nil { self.fault = fault }
  }
}
