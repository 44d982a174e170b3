public import Bytes
import Wire

extension PortOffloads {
  /// Whether a port with these offloads takes a frame with `offload` as it is. If not, `Segmenter` cuts a GSO
  /// frame, and `Packet.finishChecksum` finishes any other.
  public func takes(_ offload: OffloadHeader) -> Bool {
    guard offload.needsChecksum else { return true }
    guard offload.hiddenNetwork == 0 else { return false }
    switch offload.gsoType & ~OffloadHeader.GSO.ecn {
    case OffloadHeader.GSO.none: return contains(.checksum)
    case OffloadHeader.GSO.udpL4: return contains(.udpSegmentation)
    default: return contains(.tcpSegmentation)
    }
  }
}

extension Packet {
  /// Finishes the checksum that the sender left to the device; nothing when it is finished.
  ///
  /// The checksum field holds the pseudo header's sum already, so the sum over all bytes is the checksum. One of
  /// 0 becomes 0xffff, which is the same number; in UDP 0 would mean that there is none.
  ///
  /// - Returns: `false`, and nothing has changed, when the frame is to be segmented or the checksum does not lie
  ///   inside it. Nobody else may hold the frame.
  @discardableResult
  public func finishChecksum() -> Bool {
    let offload = offload
    guard offload.needsChecksum else { return true }
    let start = Int(offload.checksumStart)
    let field = start + Int(offload.checksumOffset)
    guard !offload.isGSO, field + 2 <= length else { return false }
    let checksum = ~InternetChecksum.sum(bytes, from: start)
    var frame = mutableBytes
    frame.store(checksum == 0 ? 0xffff : checksum, at: field)
    self.offload = OffloadHeader()
    return true
  }

  /// Takes over what a far end says of the frame that it put into this slot. `false` when it lies.
  ///
  /// An SCTP checksum (the only one at offset 8) is finished at once: it is a CRC, which the header cannot tell
  /// from a sum, so that whoever gets the frame next would finish it wrongly.
  func adopt(_ claimed: OffloadHeader) -> Bool {
    guard let valid = claimed.validated(for: bytes) else { return false }
    guard valid.needsChecksum, valid.checksumOffset == 8 else {
      offload = valid
      return true
    }
    let start = Int(valid.checksumStart)
    guard start + 12 <= length else { return false }
    var frame = mutableBytes
    frame.store(UInt32(0), at: start + 8)
    let crc = CRC32C.checksum(bytes, from: start)
    frame = mutableBytes
    frame.store(crc.byteSwapped, at: start + 8)
    offload = OffloadHeader()
    return true
  }
}
