// Memory: names are passed to the kernel for the time of a call.
import CLinux
import Glibc

/// What a network device leaves to the device below it, or takes off the hands of those above: ethtool(8).
public struct LinkFeatures: Hashable, Sendable {
  /// `tx`: frames leave with unfinished checksums.
  public var transmitsUnfinishedChecksums: Bool
  /// `txvlan`: frames leave with the 802.1Q tag beside them.
  public var transmitsTagsBeside: Bool
  /// `rxvlan`: the device takes the 802.1Q tag out of what it receives.
  public var takesTagsOut: Bool
  /// `gro`: what is received is put together to larger frames.
  public var mergesReceived: Bool
  /// Queues by which the device receives; 1 for one that does not say.
  public var receiveQueues: Int
  /// Queues by which the device sends; 1 for one that does not say.
  public var transmitQueues: Int

  public init(
    transmitsUnfinishedChecksums: Bool = false, transmitsTagsBeside: Bool = false, takesTagsOut: Bool = false,
    mergesReceived: Bool = false, receiveQueues: Int = 1, transmitQueues: Int = 1
  ) {
    self.transmitsUnfinishedChecksums = transmitsUnfinishedChecksums
    self.transmitsTagsBeside = transmitsTagsBeside
    self.takesTagsOut = takesTagsOut
    self.mergesReceived = mergesReceived
    self.receiveQueues = receiveQueues
    self.transmitQueues = transmitQueues
  }

  /// Asks the device called `name` of the namespace of the calling thread.
  ///
  /// - Throws: `ENODEV` when there is none.
  public static func lookup(_ name: String) throws(SysError) -> LinkFeatures {
    let socket = try OwnedDescriptor(
      clinux_socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0), call: "socket", subject: name)
    func value(_ command: CInt) throws(SysError) -> UInt32 {
      let value = unsafe clinux_ethtool_value(socket.rawValue, name, UInt32(command))
      if value == -CLong(EOPNOTSUPP) { return 0 }
      guard value >= 0 else { throw SysError(call: "SIOCETHTOOL", subject: name, errno: CInt(-value)) }
      return UInt32(truncatingIfNeeded: value)
    }
    let flags = try value(ETHTOOL_GFLAGS)
    let queues = unsafe clinux_ethtool_queues(socket.rawValue, name)
    return LinkFeatures(
      transmitsUnfinishedChecksums: try value(ETHTOOL_GTXCSUM) != 0,
      transmitsTagsBeside: flags & UInt32(ETH_FLAG_TXVLAN.rawValue) != 0,
      takesTagsOut: flags & UInt32(ETH_FLAG_RXVLAN.rawValue) != 0,
      mergesReceived: try value(ETHTOOL_GGRO) != 0,
      receiveQueues: max(1, Int(queues.receive)), transmitQueues: max(1, Int(queues.transmit)))
  }
}
