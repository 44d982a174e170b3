// Memory: bytes are copied from one slot of the pool behind the frame of another, only as long as the frame's length with
// them is at most `longestPacket` behind its headers, which every slot has room for.
public import Bytes
import Wire

/// Makes one frame of TCP segments that follow each other in a receive batch, to be cut again where they leave: what
/// `Segmenter` does, the other way round.
///
/// Hosts without offloads send frames of the MTU, each of which costs the kernel as much as one of 64 KiB when it is
/// sent on. Only what cutting restores byte for byte is merged: segments of one connection whose headers differ in nothing
/// but what counts up, whose checksums are right, in their order, without a gap, all of a size but the last. PSH and FIN
/// end a frame. A segment that comes alone stays as it is, so nothing ever waits.
@safe public struct SegmentMerger {
  /// What a device takes at most: the length field of IPv4.
  private static var longestPacket: Int { 65_535 }
  /// Connections whose segments may lie between each other.
  private static var openLimit: Int { 4 }

  /// A frame to which segments may be added.
  private struct Open {
    var index: Int
    var segment: TCPSegment
    var nextSequence: UInt32
    var nextIdentification: UInt16
    var count = 1
    /// Flags of the last segment.
    var flags: UInt8
  }

  private var open = InlineArray<4, Open?>(repeating: nil)
  private var oldest = 0
  /// Which frames of the batch have become parts of others: a bit for each.
  private var merged: UInt32 = 0

  /// Merges what can be merged in `batch`; slots that are not needed any more go back to `pool`.
  @inline(never)
  public static func merge(_ batch: inout PacketBatch, from pool: inout PacketPool) {
    var merger = SegmentMerger()
    for i in 0..<batch.count { merger.take(i, of: batch) }
    for slot in 0..<openLimit { merger.close(slot, of: batch) }
    guard merger.merged != 0 else { return }
    for i in 0..<batch.count where merger.merged >> UInt32(i) & 1 != 0 { pool.give(batch[i]) }
    batch.removeAll(in: merger.merged)
  }

  private mutating func take(_ index: Int, of batch: borrowing PacketBatch) {
    let packet = batch[index]
    guard let segment = TCPSegment(packet) else { return }
    for slot in 0..<Self.openLimit {
      guard let frame = open[slot],
        batch[frame.index].isOfTheSameConnection(as: packet, segment, frame.segment)
      else { continue }
      if !append(packet, segment, to: slot, of: batch) {
        close(slot, of: batch)
        start(index, segment, slot)
      } else {
        merged |= 1 << UInt32(index)
      }
      return
    }
    close(oldest, of: batch)
    start(index, segment, oldest)
    oldest = (oldest + 1) % Self.openLimit
  }

  private mutating func start(_ index: Int, _ segment: TCPSegment, _ slot: Int) {
    guard segment.flags == TCPSegment.ack else { return }
    open[slot] = Open(
      index: index, segment: segment, nextSequence: segment.sequence &+ UInt32(segment.payload),
      nextIdentification: segment.identification &+ 1, flags: segment.flags)
  }

  /// Adds a segment to an open frame of its connection. `false`, and nothing has changed, when it does not continue it.
  private mutating func append(
    _ packet: Packet, _ segment: TCPSegment, to slot: Int, of batch: borrowing PacketBatch
  ) -> Bool {
    guard var frame = open[slot] else { return false }
    let head = batch[frame.index]
    guard frame.flags == TCPSegment.ack, segment.sequence == frame.nextSequence,
      !segment.isIPv4 || segment.identification == frame.nextIdentification,
      segment.payload <= frame.segment.payload,
      head.length + segment.payload - segment.network <= Self.longestPacket,
      head.continues(as: packet, segment)
    else { return false }
    if frame.count == 1, !head.isRight(frame.segment) { return false }
    guard packet.isRight(segment) else { return false }
    head.append(packet, from: segment.headers)
    head.frames += packet.frames
    frame.count += 1
    frame.nextSequence &+= UInt32(segment.payload)
    frame.nextIdentification &+= 1
    frame.flags = segment.flags
    open[slot] = frame
    if segment.payload < frame.segment.payload { close(slot, of: batch) }
    return true
  }

  /// Completes the headers of a frame.
  private mutating func close(_ slot: Int, of batch: borrowing PacketBatch) {
    guard let frame = open[slot] else { return }
    open[slot] = nil
    if frame.count > 1 { batch[frame.index].makeSegmentable(frame.segment, flags: frame.flags) }
  }
}

/// Where in a frame a TCP segment with a payload is, and what counts up from one to the next.
struct TCPSegment {
  static var fin: UInt8 { 0x01 }
  static var psh: UInt8 { 0x08 }
  static var ack: UInt8 { 0x10 }

  let network: Int
  let transport: Int
  /// Bytes of all headers.
  let headers: Int
  let payload: Int
  let isIPv4: Bool
  let sequence: UInt32
  let identification: UInt16
  let flags: UInt8

  /// `nil` unless the frame is exactly a TCP segment with a payload and nothing unusual: no IP options or extension
  /// headers, no fragment, no flag but ACK, PSH and FIN, nothing behind the packet.
  @inline(__always)
  init?(_ packet: Packet) {
    let bytes = packet.bytes
    let length = bytes.byteCount
    guard length > 54, !packet.offload.isGSO else { return nil }
    var network = 14
    var type = bytes.load(UInt16.self, at: 12)
    while type == 0x8100 || type == 0x88a8 {
      guard network + 44 < length else { return nil }
      type = bytes.load(UInt16.self, at: network + 2)
      network += 4
    }
    switch type {
    case 0x0800:
      guard network + 40 < length, bytes.load(UInt8.self, at: network) == 0x45,
        bytes.load(UInt8.self, at: network + 9) == 6, bytes.load(UInt16.self, at: network + 6) & 0xbfff == 0,
        Int(bytes.load(UInt16.self, at: network + 2)) == length - network
      else { return nil }
      isIPv4 = true
      transport = network + 20
      identification = bytes.load(UInt16.self, at: network + 4)
    case 0x86dd:
      guard network + 60 < length, bytes.load(UInt8.self, at: network) >> 4 == 6,
        bytes.load(UInt8.self, at: network + 6) == 6,
        Int(bytes.load(UInt16.self, at: network + 4)) == length - network - 40
      else { return nil }
      isIPv4 = false
      transport = network + 40
      identification = 0
    default: return nil
    }
    let words = bytes.load(UInt8.self, at: transport + 12)
    headers = transport + Int(words >> 4) * 4
    flags = bytes.load(UInt8.self, at: transport + 13)
    guard words >= 0x50, words & 15 == 0, headers < length, flags & ~(Self.fin | Self.psh) == Self.ack else {
      return nil
    }
    payload = length - headers
    sequence = bytes.load(UInt32.self, at: transport + 4)
    self.network = network
  }
}

extension Packet {
  /// Whether addresses and ports are those of `other`.
  @inline(__always)
  fileprivate func isOfTheSameConnection(as other: Packet, _ segment: TCPSegment, _ own: TCPSegment) -> Bool {
    guard segment.transport == own.transport, segment.isIPv4 == own.isIPv4 else { return false }
    let (a, b) = (bytes, other.bytes)
    guard a.load(UInt32.self, at: own.transport) == b.load(UInt32.self, at: own.transport) else {
      return false
    }
    let addresses = own.network + (own.isIPv4 ? 12 : 8)
    return Self.areEqual(a, b, from: addresses, to: own.transport)
  }

  /// Whether all that does not count up from one segment to the next is as in `other`, a segment of the same connection.
  @inline(__always)
  fileprivate func continues(as other: Packet, _ segment: TCPSegment) -> Bool {
    let (a, b) = (bytes, other.bytes)
    let (network, transport) = (segment.network, segment.transport)
    // Ethernet header and tags; version, class, label; fragment bits, TTL and protocol; TCP's acknowledgement, length of
    // the header, window, urgent pointer and options.
    guard Self.areEqual(a, b, from: 0, to: network + 2),
      segment.isIPv4
        ? Self.areEqual(a, b, from: network + 6, to: network + 10)
        : Self.areEqual(a, b, from: network + 2, to: network + 4)
          && Self.areEqual(a, b, from: network + 6, to: network + 8),
      Self.areEqual(a, b, from: transport + 8, to: transport + 13),
      Self.areEqual(a, b, from: transport + 14, to: transport + 16),
      Self.areEqual(a, b, from: transport + 18, to: segment.headers)
    else { return false }
    return true
  }

  @inline(__always)
  private static func areEqual(_ a: RawSpan, _ b: RawSpan, from start: Int, to end: Int) -> Bool {
    var i = start
    while i + 4 <= end {
      guard a.load(UInt32.self, at: i) == b.load(UInt32.self, at: i) else { return false }
      i += 4
    }
    while i < end {
      guard a.load(UInt8.self, at: i) == b.load(UInt8.self, at: i) else { return false }
      i += 1
    }
    return true
  }

  /// Whether cutting brings the segment's checksums back: they are right, and have only one representation.
  fileprivate func isRight(_ segment: TCPSegment) -> Bool {
    let bytes = bytes
    if segment.isIPv4 {
      let field = bytes.load(UInt16.self, at: segment.network + 10)
      guard field != 0, field != 0xffff,
        InternetChecksum.sum(bytes.extracting(segment.network..<segment.transport)) == 0xffff
      else { return false }
    }
    let offload = offload
    if offload.needsChecksum {
      return offload.hiddenNetwork == 0 && Int(offload.checksumStart) == segment.transport
        && offload.checksumOffset == 16
    }
    let field = bytes.load(UInt16.self, at: segment.transport + 16)
    guard field != 0, field != 0xffff else { return false }
    if offload.flags & OffloadHeader.Flags.dataValid != 0 { return true }
    let sum = InternetChecksum.sum(bytes, from: segment.transport)
    return InternetChecksum.add(sum, pseudoHeaderSum(segment)) == 0xffff
  }

  private func pseudoHeaderSum(_ segment: TCPSegment) -> UInt16 {
    let length = length - segment.transport
    return segment.isIPv4
      ? InternetChecksum.pseudoHeaderSum(bytes, ipv4: segment.network, protocol: 6, length: length)
      : InternetChecksum.pseudoHeaderSum(bytes, ipv6: segment.network, protocol: 6, length: length)
  }

  /// Adds the bytes of `other` behind `start`.
  fileprivate func append(_ other: Packet, from start: Int) {
    let (own, count) = (length, other.length - start)
    grow(by: count)
    unsafe (pointer + own).copyMemory(from: other.pointer + start, byteCount: count)
  }

  /// Makes the frame, whose payload is that of several segments now, one that is to be cut: `segment` is the first.
  fileprivate func makeSegmentable(_ segment: TCPSegment, flags: UInt8) {
    let pseudo = pseudoHeaderSum(segment)
    var frame = mutableBytes
    if segment.isIPv4 {
      frame.store(UInt16(truncatingIfNeeded: length - segment.network), at: segment.network + 2)
      frame.store(UInt16(0), at: segment.network + 10)
    } else {
      frame.store(UInt16(truncatingIfNeeded: length - segment.transport), at: segment.network + 4)
    }
    frame.store(flags, at: segment.transport + 13)
    frame.store(pseudo, at: segment.transport + 16)
    if segment.isIPv4 {
      let checksum = ~InternetChecksum.sum(bytes.extracting(segment.network..<segment.transport))
      frame = mutableBytes
      frame.store(checksum, at: segment.network + 10)
    }
    var offload = OffloadHeader()
    offload.flags = OffloadHeader.Flags.needsChecksum
    offload.gsoType = segment.isIPv4 ? OffloadHeader.GSO.tcp4 : OffloadHeader.GSO.tcp6
    offload.headerLength = UInt16(truncatingIfNeeded: segment.headers)
    offload.segmentSize = UInt16(truncatingIfNeeded: segment.payload)
    offload.checksumStart = UInt16(truncatingIfNeeded: segment.transport)
    offload.checksumOffset = 16
    self.offload = offload
  }
}
