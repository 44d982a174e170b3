import Actions
import Datapath
import Match
import OpenFlow
import Pipeline

/// Messages that nobody asked for: what a connection is told, and whether it wants to know.
extension OpenFlowConnection {
  /// A primary controller is told of everything from the start. A connection on a bridge's socket, or of a
  /// service controller, is told nothing until it sets a length for packets-in, as in Open vSwitch: most of them
  /// are tools that ask one thing and go.
  private var isListening: Bool { link?.isPrimary == true || switchConfig.missSendLength > 0 }
  private var isSecondary: Bool { role == .secondary }

  /// Whether frames for controllers may be meant for this one.
  var wantsPacketIns: Bool { isListening && version != nil }

  /// Whether frames whose TTL ends are.
  var wantsInvalidTTL: Bool {
    wantsPacketIns
      && asyncConfig.wants(packetIn: PacketInReason.invalidTTL.rawValue, isSecondary: isSecondary)
  }

  /// What holds until the peer says otherwise.
  func applyDefaults(version: OpenFlowVersion) {
    asyncConfig = AsyncConfig(initialIn: version)
    guard let link, link.isPrimary else { return }
    switchConfig.missSendLength = 128
    if !link.specification.enablesAsynchronousMessages {
      let none = AsyncConfig.Reasons(packetIn: 0, portStatus: 0, flowRemoved: 0)
      asyncConfig = AsyncConfig(active: none, secondary: none)
    }
  }

  /// Asks the peer for a sign of life.
  func sendProbe() {
    sendAsynchronously { Echo().encode(version: $0, xid: 0) }
  }

  /// Why this connection is told: since 1.3 the frames of the table-miss rule are misses. OpenFlow 1.3.5 section 5.4.
  private func reason(of packetIn: PacketIn) -> PacketInReason {
    guard packetIn.isOfMissRule, let version, version >= .v13 else { return packetIn.reason }
    return .noMatch
  }

  func tell(_ packetIn: PacketIn, cookie: UInt64) {
    guard let version, isListening, packetIn.controllerID == controllerID,
      asyncConfig.wants(
        packetIn: PacketInMessage.reason(reason(of: packetIn), in: version).rawValue, isSecondary: isSecondary
      )
    else { return }
    if link?.admits(packetIn, cookie: cookie) ?? true {
      deliver(WaitingPacketIn(packetIn: packetIn, cookie: cookie))
    }
  }

  func deliver(_ waiting: WaitingPacketIn) {
    let packetIn = waiting.packetIn
    let message = PacketInMessage(
      frame: packetIn.frame, key: packetIn.key, reason: reason(of: packetIn), table: packetIn.table,
      cookie: waiting.cookie)
    sendAsynchronously { message.encode(version: $0, format: packetInFormat) }
  }

  func tell(_ status: PortStatus) {
    guard isListening, asyncConfig.wants(portStatus: status.reason, isSecondary: isSecondary) else { return }
    sendAsynchronously { status.encode(version: $0) }
  }

  func tell(_ removed: FlowRemoved) {
    guard isListening, asyncConfig.wants(flowRemoved: removed.reason, isSecondary: isSecondary)
    else { return }
    sendAsynchronously { removed.encode(version: $0, format: flowFormat) }
  }

  func tell(_ status: RoleStatus) {
    guard isListening, asyncConfig.wants(roleStatus: status.reason.rawValue, isSecondary: isSecondary)
    else { return }
    sendAsynchronously { status.encode(version: $0, xid: 0) }
  }

  func tell(_ message: RequestForward) {
    let reason: UInt8 =
      switch message.request {
      case .groupMod: 0
      case .meterMod: 1
      }
    guard isListening, asyncConfig.wants(requestForward: reason, isSecondary: isSecondary) else { return }
    sendAsynchronously { message.encode(version: $0, xid: 0) }
  }
}
