import Bytes
public import Match

/// The switch's configuration as a controller sets it. OpenFlow 1.3.5 section A.3.2.
public struct SwitchConfig: Hashable, Sendable {
  /// What happens to IP fragments.
  public enum Fragments: UInt16, Hashable, Sendable {
    /// Ports of all fragments read as 0.
    case normal = 0
    case drop = 1
    case reassemble = 2
    /// Nicira's: the first fragment has its ports.
    case nxMatch = 3
  }

  public var fragments: Fragments
  /// Bytes of a frame that a packet-in for want of a rule carries; 0xffff for all. 0 at the start.
  public var missSendLength: UInt16

  public init(fragments: Fragments = .normal, missSendLength: UInt16 = 0) {
    self.fragments = fragments
    self.missSendLength = missSendLength
  }

  init(_ body: ArraySlice<UInt8>) throws(OpenFlowError) {
    var reader = MessageReader(body)
    let flags = try reader.read(UInt16.self)
    missSendLength = try reader.read()
    try reader.expectEnd()
    // Bit 2 asks for packets with an invalid TTL, which 1.3 no longer knows; it may be set.
    guard flags & ~7 == 0, let fragments = Fragments(rawValue: flags & 3) else {
      throw OpenFlowError(.switchConfigBadFlags, body.prefix(2))
    }
    self.fragments = fragments
  }

  /// The reply to a request for the configuration.
  public func encode(version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    encodeMessage(MessageType.getConfigReply, version: version, xid: xid) { writer in
      writer.write(fragments.rawValue)
      writer.write(missSendLength)
    }
  }
}
