// Memory: bytes are copied from one slot of the pool to another. `Segmenter` keeps the GSO frame's handle, so
// its owner must not give that slot back or change the frame before the last segment is made. Every copy starts
// at an offset below and ends at an offset up to the frame's length, which is at most what a slot has room for.
public import Bytes
import Wire

/// Cuts a frame that a sender left to the device into segments with finished checksums: TCP over IPv4 and IPv6
/// (TSO) and UDP (USO), behind any number of VLAN tags and whatever `hiddenNetwork` says.
///
/// Segments come in rounds, as a batch and a pool have room for them; nothing is allocated. What Linux does in
/// software is done here: IPv4 identifications count up, sequence numbers advance, FIN and PSH are on the last
/// segment, CWR is on the first (RFC 3168, section 6.1.2).
@safe public struct Segmenter: FrameCutter {
  /// Segments of a frame at most. It bounds what a single frame can cost; 64 KiB in segments of 64 bytes are
  /// still within it, and TCP's smallest default is 536 (RFC 9293, section 3.7.1).
  public static var maximumSegmentCount: Int { 1024 }

  private let frame: Packet
  /// Bytes of Ethernet header and tags.
  private let network: Int
  /// Where the TCP or UDP header starts.
  private let transport: Int
  /// Bytes of all headers.
  private let headers: Int
  /// Payload bytes of a segment.
  private let size: Int
  private let isIPv4: Bool
  private let isTCP: Bool
  /// Where the next segment's payload starts in the frame.
  private var position: Int
  private var index = 0

  /// Prepares to cut `packet`. `nil` when there is nothing to cut, or when its offload header contradicts its
  /// bytes: the types disagree, IP lengths are not the frame's, it is a fragment, or it makes too many segments.
  public init?(_ packet: Packet) {
    let bytes = packet.bytes
    guard packet.offload.isGSO, let offload = packet.offload.validated(for: bytes) else { return nil }
    transport = Int(offload.checksumStart)
    headers = Int(offload.headerLength)
    size = Int(offload.segmentSize)
    let type = offload.gsoType & ~OffloadHeader.GSO.ecn
    isTCP = type != OffloadHeader.GSO.udpL4
    let number: UInt8 = isTCP ? 6 : 17
    let hidden = Int(packet.offload.hiddenNetwork)
    let start = hidden == 0 ? Self.skipTags(bytes, before: transport) : Self.look(bytes, at: hidden)
    guard let (offset, etherType) = start else { return nil }
    network = offset
    switch etherType {
    case 0x0800:
      isIPv4 = true
      guard type != OffloadHeader.GSO.tcp6, Self.isIPv4(bytes, from: network, to: transport, number) else {
        return nil
      }
    case 0x86dd:
      isIPv4 = false
      guard type != OffloadHeader.GSO.tcp4, Self.isIPv6(bytes, from: network, to: transport, number) else {
        return nil
      }
    default:
      return nil
    }
    guard bytes.byteCount - headers <= size * Self.maximumSegmentCount else { return nil }
    frame = packet
    position = headers
  }

  /// Segments that the frame makes.
  public var segmentCount: Int { max(1, (frame.length - headers + size - 1) / size) }

  /// Bytes of all segments with their headers.
  public var segmentBytes: Int { frame.length + (segmentCount - 1) * headers }

  /// Adds segments to `batch`, in slots of `pool`, until it is full. The caller gives the slots back.
  public mutating func next(into batch: inout PacketBatch, from pool: inout PacketPool) -> CutProgress {
    while index == 0 || position < frame.length {
      guard !batch.isFull, let segment = pool.take() else { return .more }
      let count = min(size, frame.length - position)
      segment.setLength(headers + count)
      unsafe segment.pointer.copyMemory(from: frame.pointer, byteCount: headers)
      unsafe (segment.pointer + headers).copyMemory(from: frame.pointer + position, byteCount: count)
      finish(segment, isLast: position + count == frame.length)
      segment.offload = OffloadHeader()
      segment.origin = frame.origin
      segment.priority = frame.priority
      batch.append(segment)
      position += count
      index += 1
    }
    return .done
  }

  /// Lengths, numbers, flags and checksums of a segment whose bytes are those of the frame.
  private func finish(_ segment: Packet, isLast: Bool) {
    var bytes = segment.mutableBytes
    let length = segment.length - transport
    if isIPv4 {
      bytes.store(UInt16(truncatingIfNeeded: segment.length - network), at: network + 2)
      let identification = bytes.load(UInt16.self, at: network + 4)
      bytes.store(identification &+ UInt16(truncatingIfNeeded: index), at: network + 4)
      bytes.store(UInt16(0), at: network + 10)
    } else {
      bytes.store(UInt16(truncatingIfNeeded: segment.length - network - 40), at: network + 4)
    }

    let field: Int
    if isTCP {
      field = transport + 16
      let sequence = bytes.load(UInt32.self, at: transport + 4)
      bytes.store(sequence &+ UInt32(truncatingIfNeeded: index * size), at: transport + 4)
      var flags = bytes.load(UInt8.self, at: transport + 13)
      if !isLast { flags &= ~(TCPFlag.fin | TCPFlag.psh) }
      if index > 0 { flags &= ~TCPFlag.cwr }
      bytes.store(flags, at: transport + 13)
    } else {
      field = transport + 6
      bytes.store(UInt16(truncatingIfNeeded: length), at: transport + 4)
    }
    bytes.store(UInt16(0), at: field)
    let headerChecksum = isIPv4 ? ~InternetChecksum.sum(segment.bytes.extracting(network..<transport)) : 0
    let checksum = transportChecksum(of: segment, length: length)
    bytes = segment.mutableBytes
    if isIPv4 { bytes.store(headerChecksum, at: network + 10) }
    bytes.store(checksum, at: field)
  }

  /// The TCP or UDP checksum, whose field is 0 now.
  private func transportChecksum(of segment: Packet, length: Int) -> UInt16 {
    let view = segment.bytes
    let number: UInt8 = isTCP ? 6 : 17
    let pseudo =
      isIPv4
      ? InternetChecksum.pseudoHeaderSum(view, ipv4: network, protocol: number, length: length)
      : InternetChecksum.pseudoHeaderSum(view, ipv6: network, protocol: number, length: length)
    let checksum = ~InternetChecksum.add(pseudo, InternetChecksum.sum(view, from: transport))
    // In UDP 0 would mean that there is none.
    return checksum == 0 ? 0xffff : checksum
  }

  private enum TCPFlag {
    static var fin: UInt8 { 0x01 }
    static var psh: UInt8 { 0x08 }
    static var cwr: UInt8 { 0x80 }
  }

  // MARK: Looking at the frame

  /// Where the network header starts, and the EtherType in front of it.
  static func skipTags(_ bytes: RawSpan, before end: Int) -> (offset: Int, etherType: UInt16)? {
    var offset = 14
    while offset <= end {
      let type = bytes.load(UInt16.self, at: offset - 2)
      guard type == 0x8100 || type == 0x88a8 || type == 0x9100 else { return (offset, type) }
      offset += 4
    }
    return nil
  }

  /// The IP header at `offset` by its version, when headers in front of it hide its EtherType.
  private static func look(_ bytes: RawSpan, at offset: Int) -> (offset: Int, etherType: UInt16)? {
    guard offset < bytes.byteCount else { return nil }
    return (offset, bytes.load(UInt8.self, at: offset) >> 4 == 4 ? 0x0800 : 0x86dd)
  }

  /// Whether a whole IPv4 packet of protocol `number` starts at `start`, its payload at `end`, and it is as long
  /// as the frame says.
  private static func isIPv4(_ bytes: RawSpan, from start: Int, to end: Int, _ number: UInt8) -> Bool {
    guard start + 20 <= end else { return false }
    let version = bytes.load(UInt8.self, at: start)
    guard version >> 4 == 4, start + Int(version & 15) * 4 == end else { return false }
    let fragment = bytes.load(UInt16.self, at: start + 6) & 0x3fff
    return fragment == 0 && bytes.load(UInt8.self, at: start + 9) == number
      && Int(bytes.load(UInt16.self, at: start + 2)) == bytes.byteCount - start
  }

  /// The same for IPv6, whose extension headers must lead to `end` without a fragment header.
  private static func isIPv6(_ bytes: RawSpan, from start: Int, to end: Int, _ number: UInt8) -> Bool {
    guard start + 40 <= end, bytes.load(UInt8.self, at: start) >> 4 == 6,
      Int(bytes.load(UInt16.self, at: start + 4)) == bytes.byteCount - start - 40
    else { return false }
    var type = bytes.load(UInt8.self, at: start + 6)
    var offset = start + 40
    while offset < end {
      // Hop-by-hop options, routing, destination options: RFC 8200, section 4.
      guard type == 0 || type == 43 || type == 60, offset + 8 <= end else { return false }
      type = bytes.load(UInt8.self, at: offset)
      offset += 8 + 8 * Int(bytes.load(UInt8.self, at: offset + 1))
    }
    return offset == end && type == number
  }
}
