import Bytes
import CLinux

/// The header that tun and packet sockets put in front of each frame, as the switch's own offload header.
/// Its integers are in host byte order. Virtual I/O Device specification 1.2, section 5.1.6.
extension OffloadHeader {
  /// What the far end says of a frame. Not to be believed before `validated(for:)` agrees.
  @inline(__always)
  init(_ header: clinux_vnet_header) {
    self.init()
    flags = header.flags
    gsoType = header.gso_type
    headerLength = header.header_length
    segmentSize = header.segment_size
    checksumStart = header.checksum_start
    checksumOffset = header.checksum_offset
  }
}

extension clinux_vnet_header {
  @inline(__always)
  init(_ offload: OffloadHeader) {
    self.init(
      flags: offload.flags, gso_type: offload.gsoType, header_length: offload.headerLength,
      segment_size: offload.segmentSize, checksum_start: offload.checksumStart,
      checksum_offset: offload.checksumOffset, buffer_count: 0)
  }
}
