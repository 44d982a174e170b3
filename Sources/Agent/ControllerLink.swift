import NIOCore
import NIOSSL
import OpenFlow
import Sys

/// What a connection of a configured controller has beyond one on the bridge's own socket: settings that the
/// controller did not choose itself, a limit of packet-ins, and somebody who wants to know how it is doing.
final class ControllerLink {
  private(set) var specification: ControllerSpecification
  private var limiter: RateLimiter?
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

  init(_ specification: ControllerSpecification, now: NIODeadline) {
    self.specification = specification
    resetLimiter(now: now)
  }

  /// Takes over settings that do not need a new connection.
  func change(to new: ControllerSpecification, now: NIODeadline) {
    let old = specification
    specification = new
    if (old.rateLimit, old.burstLimit) != (new.rateLimit, new.burstLimit) { resetLimiter(now: now) }
  }

  private func resetLimiter(now: NIODeadline) {
    limiter = specification.rateLimit.map {
      RateLimiter(rate: $0, burst: specification.burstLimit, now: now.uptimeNanoseconds)
    }
  }

  var isPrimary: Bool { specification.kind == .primary }
  var misses: ControllerStatus.Admissions? { limiter?.misses }
  var actions: ControllerStatus.Admissions? { limiter?.actions }

  /// Whether the limit lets a packet-in pass; it is counted either way.
  func admits(packetInOfMiss isMiss: Bool, now: NIODeadline) -> Bool {
    limiter?.admits(isMiss: isMiss, now: now.uptimeNanoseconds) ?? true
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
