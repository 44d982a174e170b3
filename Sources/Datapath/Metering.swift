import Bytes
import Match
import Pipeline
import Ports

/// What meters see of a frame and do to it.
enum Metering {
  /// What `packet` puts on a meter. A frame that is to be cut counts as its segments, whoever cuts them.
  static func load(of packet: Packet) -> MeterLoad {
    let frame = MeterLoad(bytes: UInt32(truncatingIfNeeded: packet.length))
    guard packet.offload.isGSO, let segmenter = Segmenter(packet) else { return frame }
    return MeterLoad(
      packets: UInt32(truncatingIfNeeded: segmenter.segmentCount),
      bytes: UInt32(truncatingIfNeeded: segmenter.segmentBytes))
  }

  /// The DSCP with a drop precedence that is `steps` higher, 3 at most. Only the assured forwarding classes have
  /// one (RFC 2597, section 6); `nil` for other code points, which stay as they are.
  static func remarked(dscp: UInt8, steps: UInt8) -> UInt8? {
    let precedence = dscp >> 1 & 3
    guard dscp & 1 == 0, 1...4 ~= dscp >> 3, precedence != 0 else { return nil }
    return dscp & ~6 | min(3, precedence + min(steps, 3)) << 1
  }

  /// The DSCP that the packet gets; `nil` when it keeps its own, or is not IP.
  static func remarked(_ packet: Packet, layout: FrameLayout, steps: UInt8) -> UInt8? {
    guard layout.network != 0 else { return nil }
    let bytes = packet.bytes
    switch bytes.load(UInt16.self, at: layout.network - 2) {
    case 0x0800: return remarked(dscp: bytes.load(UInt8.self, at: layout.network + 1) >> 2, steps: steps)
    case 0x86dd:
      let word = bytes.load(UInt16.self, at: layout.network)
      return remarked(dscp: UInt8(truncatingIfNeeded: word >> 6 & 0x3f), steps: steps)
    default: return nil
    }
  }

  /// Writes the DSCP of an IP packet; the checksum follows. Precondition: nobody else holds the frame.
  static func set(dscp: UInt8, in packet: Packet, layout: FrameLayout) {
    HeaderRewrite.set(UInt64(dscp) << 18, mask: 0xfc << 16, word: FlowKey.Word.ip, in: packet, layout: layout)
  }
}
