public import Bytes
public import Match

/// The switch's configuration as a controller sets it, and is told it. OpenFlow 1.3.5 section A.3.2.
public struct SwitchConfig: SharedContent {
  /// What happens to IP fragments.
  public enum Fragments: UInt16, Hashable, Sendable {
    /// Ports of all fragments read as 0.
    case normal = 0
    case drop = 1
    case reassemble = 2
    /// Nicira's: the first fragment has its ports.
    case nxMatch = 3

    public var name: String {
      switch self {
      case .normal: "normal"
      case .drop: "drop"
      case .reassemble: "reassemble"
      case .nxMatch: "nx-match"
      }
    }
  }

  public var fragments: Fragments
  /// Whether frames whose TTL is spent go to the controller. Up to 1.2.
  public var sendsInvalidTTL: Bool
  /// Bytes of a frame that a packet-in for want of a rule carries; 0xffff for all. 0 at the start.
  public var missSendLength: UInt16

  public init(fragments: Fragments = .normal, missSendLength: UInt16 = 0, sendsInvalidTTL: Bool = false) {
    self.fragments = fragments
    self.missSendLength = missSendLength
    self.sendsInvalidTTL = sendsInvalidTTL
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    let flags = try reader.read(UInt16.self)
    missSendLength = try reader.read()
    try reader.expectEnd()
    let known: UInt16 = Self.hasInvalidTTL(head.version) ? 7 : 3
    guard flags & ~known == 0, let fragments = Fragments(rawValue: flags & 3) else {
      throw OpenFlowError(.switchConfigBadFlags, head.body.prefix(2))
    }
    self.fragments = fragments
    sendsInvalidTTL = flags & Self.invalidTTL != 0
  }

  private static var invalidTTL: UInt16 { 4 }
  private static func hasInvalidTTL(_ version: OpenFlowVersion) -> Bool { version < .v13 }

  public func kind(in version: OpenFlowVersion, isReply: Bool) -> MessageKind? {
    isReply ? .getConfigReply : .setConfig
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    let isTold = sendsInvalidTTL && Self.hasInvalidTTL(version)
    writer.write(fragments.rawValue | (isTold ? Self.invalidTTL : 0))
    writer.write(missSendLength)
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append(" frags=\(fragments.name)")
    if sendsInvalidTTL { printer.append(" invalid_ttl_to_controller") }
    printer.append(" miss_send_len=\(missSendLength)\n")
  }
}
