/// How the fragments were of which a packet was made: what is needed to make fragments of it again.
@frozen public struct PacketReassembly: BitwiseCopyable, Equatable, Sendable {
  /// Bytes of the largest fragment, with its IP header; 0 for a packet that came whole.
  public var largestFragment: UInt16
  /// Bytes from the start of the network header to where the parts began, or IPv6's fragment header was.
  public var headerLength: UInt16
  public var identification: UInt32

  @inlinable
  public init(largestFragment: UInt16 = 0, headerLength: UInt16 = 0, identification: UInt32 = 0) {
    self.largestFragment = largestFragment
    self.headerLength = headerLength
    self.identification = identification
  }
}
