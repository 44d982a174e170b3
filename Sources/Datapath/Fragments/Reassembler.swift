import Bytes
import Match
import Pipeline
import Wire

/// Makes whole packets of IP fragments. RFC 791, section 3.2; RFC 8200, section 4.5.
///
/// Fragments that overlap spoil their packet for good, whatever they contain (RFC 5722, for IPv4 as well); one that
/// comes twice is dropped. Time and memory are bounded: a packet that is not whole in time is given up, and so is
/// the oldest one of a port that has too many.
struct Reassembler: ~Copyable {
  /// Packets of one port that may wait for parts.
  static var portLimit: Int { 64 }
  /// Milliseconds that a packet's first fragment waits for the last: RFC 8200, section 4.5, and Linux's half of it
  /// for IPv4.
  static var timeout4: UInt64 { 30_000 }
  static var timeout6: UInt64 { 60_000 }

  /// What became of a fragment.
  enum Outcome: Equatable {
    /// It waits for others.
    case held
    /// It was the last one to come: its slot has the whole packet now, of so many fragments.
    case complete(frames: Int)
    case dropped(DropReason)
    /// It is dropped, and so are as many that waited.
    case spoiled(DropReason, held: Int)
  }

  /// Fragments that waited in vain.
  struct Loss: Equatable {
    var port: PortIndex
    var frames: Int
    var reason: DropReason
  }

  private var packets = PartialPackets()
  /// Whether nothing has to be given up in time.
  var isEmpty: Bool { packets.count == 0 }

  // MARK: Bounds

  /// Gives up a packet if `fragment` is the first of another one for which there is no room: of the port itself if
  /// it has as many as it may, else of the port that has most, the oldest.
  mutating func makeRoom(for fragment: Fragment) -> Loss? {
    let port = fragment.key.port
    let isAtLimit = packets.count(from: port) >= Self.portLimit
    guard isAtLimit || packets.count == PartialPackets.capacity, packets.find(fragment.key) == nil else {
      return nil
    }
    var chosen: (place: Int, count: Int, sequence: UInt64)?
    for place in 0..<PartialPackets.capacity {
      guard let entry = packets[place], !isAtLimit || entry.key.port == port else { continue }
      let count = packets.count(from: entry.key.port)
      if let chosen, (chosen.count, entry.sequence) >= (count, chosen.sequence) { continue }
      chosen = (place, count, entry.sequence)
    }
    return chosen.flatMap { giveUp($0.place, .reassemblyFull) }
  }

  /// Gives up one packet whose time is up, if there is one.
  mutating func expire(now: UInt64) -> Loss? {
    for place in 0..<PartialPackets.capacity {
      if let entry = packets[place], entry.deadline <= now { return giveUp(place, .reassemblyTimeout) }
    }
    return nil
  }

  /// Forgets what came in by a port that goes.
  mutating func removeAll(from port: PortIndex) {
    for place in 0..<PartialPackets.capacity where packets[place]?.key.port == port {
      _ = giveUp(place, .reassemblyTimeout)
    }
  }

  private mutating func giveUp(_ place: Int, _ reason: DropReason) -> Loss? {
    guard let entry = packets.remove(place) else { return nil }
    return Loss(port: entry.key.port, frames: entry.frames, reason: reason)
  }

  // MARK: Fragments

  /// Takes a fragment, the frame in `packet`, of which nobody else knows.
  /// - Parameter now: monotonic milliseconds.
  mutating func take(_ fragment: Fragment, _ packet: Packet, now: UInt64) -> Outcome {
    let timeout = fragment.key.isIPv6 ? Self.timeout6 : Self.timeout4
    guard let place = packets.find(fragment.key) ?? packets.add(fragment.key, deadline: now + timeout),
      var entry = packets[place]
    else { return .dropped(.reassemblyFull) }
    guard !entry.isSpoiled else { return .dropped(.overlappingFragment) }
    let blocks = fragment.offset / 8..<(fragment.end + 7) / 8
    if packets.arrived(blocks, at: place) > 0 {
      let isSame = !fragment.isLast || entry.total == fragment.end
      if isSame, packets.isRepeated(blocks, at: place) { return .dropped(.duplicateFragment) }
      return spoil(place, .overlappingFragment)
    }
    if fragment.isLast {
      guard entry.total == nil, entry.end <= fragment.end else { return spoil(place, .overlappingFragment) }
      entry.total = fragment.end
    } else if let total = entry.total, fragment.end > total {
      return spoil(place, .overlappingFragment)
    }
    packets.mark(blocks, at: place)
    packets.keepPayload(
      of: packet, from: fragment.payload, count: fragment.length, at: fragment.offset, in: place)
    if fragment.offset == 0 {
      guard fragment.network + fragment.headerLength <= PartialPackets.headerLimit else {
        return spoil(place, .malformedFragment)
      }
      entry.network = fragment.network
      entry.headerLength = fragment.network + fragment.headerLength
      packets.keepHeaders(of: packet, count: entry.headerLength, in: place)
      entry.nextHeader = fragment.nextHeader
      entry.nextHeaderField = fragment.nextHeaderField
    }
    entry.blocks += blocks.count
    entry.end = max(entry.end, fragment.end)
    entry.largest = max(entry.largest, fragment.size)
    entry.ecn |= 1 << fragment.ecn
    entry.frames += 1
    packets[place] = entry
    guard let total = entry.total, entry.blocks == (total + 7) / 8 else { return .held }
    return finish(place, entry, total: total, into: packet)
  }

  private mutating func spoil(_ place: Int, _ reason: DropReason) -> Outcome {
    guard var entry = packets[place] else { return .dropped(reason) }
    let waiting = entry.frames
    entry.frames = 0
    entry.isSpoiled = true
    packets[place] = entry
    return .spoiled(reason, held: waiting)
  }

  /// All parts are there.
  private mutating func finish(
    _ place: Int, _ entry: PartialPackets.Entry, total: Int, into packet: Packet
  ) -> Outcome {
    let isIPv6 = entry.key.isIPv6
    let header = entry.headerLength - entry.network
    let ipLength = header + total
    // RFC 3168, section 5.3: a mark must not get lost, and cannot be told to those who know no marks.
    let isMarked = entry.ecn & 1 << 3 != 0
    guard entry.headerLength + total <= Packet.maximumLength, ipLength - (isIPv6 ? 40 : 0) <= 65_535,
      !isMarked || entry.ecn & 1 == 0
    else { return spoilLast(place) }
    packets.write(headers: entry.headerLength, payload: total, of: place, to: packet)
    packets.remove(place)
    packet.reassembly = PacketReassembly(
      largestFragment: UInt16(truncatingIfNeeded: min(entry.largest, 65_535)),
      headerLength: UInt16(truncatingIfNeeded: header), identification: entry.key.identification)
    var bytes = packet.mutableBytes
    if isIPv6 {
      bytes.store(UInt16(truncatingIfNeeded: ipLength - 40), at: entry.network + 4)
      bytes.store(entry.nextHeader, at: entry.nextHeaderField)
      if isMarked {
        bytes.store(bytes.load(UInt16.self, at: entry.network) | 0x30, at: entry.network)
      }
    } else {
      let old = bytes.load(UInt64.self, at: entry.network)
      // version 4 | length 4 | tos 8 | total length 16 | identification 16 | reserved 1 | DF 1 | MF 1 | offset 13
      var new = old & ~0x0000_ffff_0000_3fff | UInt64(ipLength) << 32
      if isMarked { new |= 3 << 48 }
      bytes.store(new, at: entry.network)
      ChecksumUpdate.apply(old: old, new: new, at: entry.network + 10, in: &bytes)
    }
    return .complete(frames: entry.frames)
  }

  /// The fragment that was to be the last one makes nothing of those that waited.
  private mutating func spoilLast(_ place: Int) -> Outcome {
    guard case .spoiled(let reason, let waiting) = spoil(place, .malformedFragment) else {
      return .dropped(.malformedFragment)
    }
    return .spoiled(reason, held: waiting - 1)
  }
}
