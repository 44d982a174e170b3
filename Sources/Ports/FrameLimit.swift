import Bytes

extension Packet {
  /// Whether a device with an MTU of `mtu` bytes may be given the frame.
  ///
  /// The MTU bounds the IP packet; the Ethernet header (14 bytes) and each VLAN tag (4 bytes) come on top. Of
  /// a frame that is still to be segmented each segment counts.
  @inline(__always)
  func fits(mtu: Int) -> Bool {
    let offload = offload
    let length = offload.isGSO ? min(length, Int(offload.headerLength) + Int(offload.segmentSize)) : length
    return length <= mtu + 14 || length <= mtu + 14 + 4 * tagCount
  }

  /// VLAN tags at the front, at most six (what the headroom was made for).
  private var tagCount: Int {
    let frame = bytes
    var count = 0
    while count < 6, 12 + 4 * count + 2 <= frame.byteCount {
      let type = frame.load(UInt16.self, at: 12 + 4 * count)
      guard type == 0x8100 || type == 0x88a8 || type == 0x9100 else { break }
      count += 1
    }
    return count
  }
}
