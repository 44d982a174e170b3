import Bytes
import Match

/// What was counted of one flow since its last record, or, as `totals` of an exporter, of all flows.
struct FlowCounters: Sendable {
  var packets: UInt64 = 0
  /// Of the frames, with their Ethernet headers.
  var layer2Octets: UInt64 = 0
  /// Of the IP packets.
  var octets: UInt64 = 0
  var squaredOctets: UInt64 = 0
  /// Of those that went nowhere.
  var droppedPackets: UInt64 = 0
  var droppedOctets: UInt64 = 0
  var ingressUnicast: UInt64 = 0
  var ingressMulticast: UInt64 = 0
  var ingressBroadcast: UInt64 = 0
  var egressUnicast: UInt64 = 0
  var egressBroadcast: UInt64 = 0
  /// Of multicasts that leave.
  var postMulticastPackets: UInt64 = 0
  var postMulticastOctets: UInt64 = 0
  var shortestPacket: UInt64 = .max
  var longestPacket: UInt64 = 0
  /// In the order of the flags in the header, from FIN (0) to URG (5).
  var tcpFlags: InlineArray<6, UInt64> = .init(repeating: 0)

  mutating func count(_ seen: FlowObservation, _ shape: FlowShape) {
    let length = UInt64(seen.packetLength)
    packets += 1
    layer2Octets += UInt64(seen.length)
    octets += length
    squaredOctets &+= length * length
    if !seen.isForwarded {
      droppedPackets += 1
      droppedOctets += length
    }
    shortestPacket = min(shortestPacket, length)
    longestPacket = max(longestPacket, length)
    countDestination(seen)
    guard shape.transport == .tcp else { return }
    let flags = seen.key.words[FlowKey.Word.transport] >> 16
    for i in tcpFlags.indices where flags >> UInt64(i) & 1 != 0 { tcpFlags[i] += 1 }
  }

  private mutating func countDestination(_ seen: FlowObservation) {
    let destination = seen.key.words[FlowKey.Word.ethernetDestination] >> 16
    let isGroup = destination >> 40 & 1 != 0
    let isBroadcast = destination == 0xffff_ffff_ffff
    switch (isBroadcast, isGroup, seen.isEgress) {
    case (true, _, false): ingressBroadcast += 1
    case (true, _, true): egressBroadcast += 1
    case (false, true, false): ingressMulticast += 1
    case (false, true, true):
      postMulticastPackets += 1
      postMulticastOctets += UInt64(seen.packetLength)
    case (false, false, false): ingressUnicast += 1
    case (false, false, true): egressUnicast += 1
    }
  }
}

/// A flow as the cache keeps it.
struct FlowRecord: Sendable {
  /// Why a record is sent. RFC 5102, section 5.11.3.
  enum EndReason: UInt8 {
    case activeTimeout = 2
    case forcedEnd = 4
    case lackOfResources = 5
  }

  /// When its first and its last frame were seen; microseconds since 1970.
  var start: UInt64
  var end: UInt64
  var delta = FlowCounters()
  /// Those of the exporter when the last frame was seen.
  var total = FlowCounters()

  /// Adds the counters of a record, as `FlowShape.elements` has them.
  /// - Parameter exportTime: of the message; seconds since 1970.
  func append(to writer: inout ByteWriter, _ shape: FlowShape, _ reason: EndReason, exportTime: UInt32) {
    for time in [start, end] {
      let now = UInt64(exportTime) * 1_000_000
      writer.write(UInt32(clamping: now - min(time, now)))
    }
    for count in [
      delta.droppedPackets, total.droppedPackets, delta.packets, total.packets, total.ingressUnicast,
      total.ingressMulticast, total.ingressBroadcast, total.egressUnicast, total.egressBroadcast,
      delta.postMulticastPackets, total.postMulticastPackets, delta.layer2Octets, total.layer2Octets,
    ] { writer.write(count) }
    writer.write(reason.rawValue)
    guard shape.network != .none else { return }
    for count in [
      delta.droppedOctets, total.droppedOctets, delta.octets, total.octets, delta.squaredOctets,
      total.squaredOctets, delta.shortestPacket, delta.longestPacket, delta.postMulticastOctets,
      total.postMulticastOctets,
    ] { writer.write(count) }
    guard shape.transport == .tcp else { return }
    // ACK, FIN, PSH, RST, SYN, URG.
    for flag in [4, 0, 3, 2, 1, 5] { writer.write(total.tcpFlags[flag]) }
  }
}
