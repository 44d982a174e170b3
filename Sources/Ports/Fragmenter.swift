// Memory: as for `Segmenter`: bytes are copied from one slot of the pool to another, every copy starts at an offset
// below and ends at an offset up to the frame's length.
public import Bytes
import Wire

/// Cuts an IP packet that was made of fragments into fragments again, none larger than the largest of those it came
/// in. RFC 791, section 3.2; RFC 8200, section 4.5.
///
/// Fragments come in rounds, as `Segmenter`'s segments do.
@safe public struct Fragmenter: FrameCutter {
  private let frame: Packet
  /// Where the network header starts.
  private let network: Int
  /// Bytes of Ethernet and network headers that each fragment has, without IPv6's fragment header.
  private let headers: Int
  /// Payload bytes of each fragment but the last, a multiple of 8.
  private let size: Int
  private let isIPv6: Bool
  private let nextHeaderField: Int
  private let end: Int
  private var position: Int

  /// Prepares to cut `packet` for a port that takes IP packets of up to `limit` bytes. `nil` when the packet came
  /// whole or fits, and when its headers are no longer such that fragments could have them.
  public init?(_ packet: Packet, limit: Int) {
    let reassembly = packet.reassembly
    guard reassembly.largestFragment != 0 else { return nil }
    let bytes = packet.bytes
    guard let (offset, etherType) = Segmenter.skipTags(bytes, before: bytes.byteCount - 20) else {
      return nil
    }
    let header = Int(reassembly.headerLength)
    guard offset + header < bytes.byteCount else { return nil }
    switch etherType {
    case 0x0800:
      guard bytes.load(UInt8.self, at: offset) == UInt8(truncatingIfNeeded: 0x40 | header / 4),
        bytes.load(UInt16.self, at: offset + 6) & 0x3fff == 0
      else { return nil }
      isIPv6 = false
      nextHeaderField = 0
      end = offset + Int(bytes.load(UInt16.self, at: offset + 2))
    case 0x86dd:
      guard offset + 40 <= bytes.byteCount,
        let field = Self.nextHeaderField(in: bytes, network: offset, before: offset + header)
      else { return nil }
      isIPv6 = true
      nextHeaderField = field
      end = offset + 40 + Int(bytes.load(UInt16.self, at: offset + 4))
    default: return nil
    }
    let ownHeaders = header + (isIPv6 ? 8 : 0)
    size = (min(limit, Int(reassembly.largestFragment)) - ownHeaders) & ~7
    guard end <= bytes.byteCount, end - offset > limit, size >= 8 else { return nil }
    frame = packet
    network = offset
    headers = offset + header
    position = headers
  }

  /// Which byte says what header is at `end`.
  private static func nextHeaderField(in bytes: RawSpan, network: Int, before end: Int) -> Int? {
    var field = network + 6
    var offset = network + 40
    while offset < end, offset + 8 <= bytes.byteCount {
      let type = bytes.load(UInt8.self, at: field)
      guard type == 0 || type == 43 || type == 60 || type == 51 else { return nil }
      field = offset
      offset += Int(bytes.load(UInt8.self, at: offset + 1)) * (type == 51 ? 4 : 8) + 8
    }
    return offset == end ? field : nil
  }

  /// Adds fragments to `batch`, in slots of `pool`, until it is full. The caller gives the slots back.
  public mutating func next(into batch: inout PacketBatch, from pool: inout PacketPool) -> CutProgress {
    while position < end {
      guard !batch.isFull, let fragment = pool.take() else { return .more }
      let count = min(size, end - position)
      let own = headers + (isIPv6 ? 8 : 0)
      fragment.setLength(own + count)
      unsafe fragment.pointer.copyMemory(from: frame.pointer, byteCount: headers)
      unsafe (fragment.pointer + own).copyMemory(from: frame.pointer + position, byteCount: count)
      let offset = position - headers
      let isLast = position + count == end
      if isIPv6 {
        finishIPv6(fragment, offset: offset, isLast: isLast)
      } else {
        finishIPv4(fragment, offset: offset, isLast: isLast)
      }
      fragment.offload = OffloadHeader()
      fragment.origin = frame.origin
      batch.append(fragment)
      position += count
    }
    return .done
  }

  private func finishIPv4(_ fragment: Packet, offset: Int, isLast: Bool) {
    var bytes = fragment.mutableBytes
    let flags = bytes.load(UInt16.self, at: network + 6) | (isLast ? 0 : 0x2000)
    bytes.store(UInt16(truncatingIfNeeded: fragment.length - network), at: network + 2)
    bytes.store(flags | UInt16(truncatingIfNeeded: offset / 8), at: network + 6)
    if offset != 0 { hideOptions(in: &bytes) }
    bytes.store(UInt16(0), at: network + 10)
    let sum = InternetChecksum.sum(fragment.bytes.extracting(network..<headers))
    bytes = fragment.mutableBytes
    bytes.store(~sum, at: network + 10)
  }

  /// Options that only the first fragment has become NOPs. RFC 791, section 3.1.
  private func hideOptions(in bytes: inout MutableRawSpan) {
    var offset = network + 20
    while offset < headers {
      let type = bytes.load(UInt8.self, at: offset)
      guard type != 0 else { return }
      var length = 1
      if type != 1 {
        guard offset + 1 < headers else { return }
        length = Int(bytes.load(UInt8.self, at: offset + 1))
        guard length >= 2, offset + length <= headers else { return }
      }
      if type & 0x80 == 0 {
        for i in offset..<(offset + length) { bytes.store(UInt8(1), at: i) }
      }
      offset += length
    }
  }

  private func finishIPv6(_ fragment: Packet, offset: Int, isLast: Bool) {
    var bytes = fragment.mutableBytes
    bytes.store(UInt16(truncatingIfNeeded: fragment.length - network - 40), at: network + 4)
    let next = bytes.load(UInt8.self, at: nextHeaderField)
    bytes.store(UInt8(44), at: nextHeaderField)
    bytes.store(UInt16(next) << 8, at: headers)
    bytes.store(UInt16(truncatingIfNeeded: offset) | (isLast ? 0 : 1), at: headers + 2)
    bytes.store(frame.reassembly.identification, at: headers + 4)
  }
}
