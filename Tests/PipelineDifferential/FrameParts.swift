/// What the known disagreements ask of frames. Written anew here, not taken from the switch that is tested.
extension [UInt8] {
  /// Whether it is ARP and too short for it. Open vSwitch writes behind the end of such frames, and dies of it.
  var isCutARP: Bool {
    let payload = payload
    return [0x0806, 0x8035].contains(payload.type) && payload.rest.count < 28
  }

  /// Whether the first or second tag is not followed by a type.
  var endsWithinTag: Bool {
    let payload = payload
    return payload.tags < 3 && payload.rest.isEmpty && [0x8100, 0x88a8].contains(payload.type)
  }

  /// Whether this is `other` without one or more of its tags behind the first.
  func hasLostTag(of other: [UInt8]) -> Bool {
    // It forgets the DEI bit of tags that it takes off and puts on again, too.
    let (own, all) = (allTags, other.allTags)
    guard own.tags.count < all.tags.count, own.rest == all.rest else { return false }
    return (0...own.tags.count).contains { kept in
      own.tags.prefix(kept).map(\.tagWithoutDEI) == all.tags.prefix(kept).map(\.tagWithoutDEI)
        && own.tags.dropFirst(kept).map(\.tagWithoutDEI)
          == all.tags.suffix(own.tags.count - kept).map(\.tagWithoutDEI)
    }
  }

  /// What stands behind up to two tags: the type before it, and how many tags there are, counting one that is cut.
  var payload: (type: UInt16, tags: Int, rest: [UInt8]) {
    var position = 12
    for tags in 0..<3 {
      guard position + 2 <= count else { break }
      let type = UInt16(self[position]) << 8 | UInt16(self[position + 1])
      guard tags < 2, type == 0x8100 || type == 0x88a8 else {
        // IEEE 802.3 with SNAP.
        if type < 0x600, position + 10 <= count,
          Array(self[(position + 2)..<(position + 8)]) == [0xaa, 0xaa, 3, 0, 0, 0]
        {
          let type = UInt16(self[position + 8]) << 8 | UInt16(self[position + 9])
          return (type, tags, Array(self[(position + 10)...]))
        }
        return (type, tags, Array(self[(position + 2)...]))
      }
      // A tag is followed by a type.
      guard position + 6 <= count else { return (type, tags + 1, []) }
      position += 4
    }
    return (0, 0, [])
  }

  /// Whether the type is a length, IEEE 802.3.
  var hasLength: Bool {
    let rest = allTags.rest
    return rest.count >= 2 && rest[0] < 6
  }

  /// Whether some tag is one of VLAN 0.
  var hasPriorityTag: Bool { withoutPriorityTags.count != count }

  /// The frame without tags of VLAN 0.
  var withoutPriorityTags: [UInt8] {
    let (tags, rest) = allTags
    return prefix(12) + tags.filter { $0[2] & 0x0f != 0 || $0[3] != 0 }.joined() + rest
  }

  /// The same, and with priority 0 in the tags that are left.
  var withoutPriorities: [UInt8] {
    var frame = withoutPriorityTags
    for place in frame.allTags.tags.indices { frame[14 + 4 * place] &= 0x1f }
    return frame
  }

  /// A tag without its bit 12.
  private var tagWithoutDEI: [UInt8] { prefix(2) + [self[2] & 0xef] + suffix(1) }

  /// The frame with bit 12 of all its tags clear.
  var withoutDEI: [UInt8] {
    let (tags, rest) = allTags
    return prefix(12) + tags.flatMap(\.tagWithoutDEI) + rest
  }

  /// Whether this is IPv6 with a fragment header.
  var hasFragmentHeader: Bool { fragmentHeader != nil }

  /// Whether this is a whole IPv6 packet with a fragment header whose reserved bits are not 0.
  var hasReservedFragmentBits: Bool {
    guard let start = fragmentHeader, start + 4 <= payload.rest.count else { return false }
    let (high, low) = (payload.rest[start + 2], payload.rest[start + 3])
    return high == 0 && low & 0xf9 == 0 && low != 0
  }

  /// Where behind its first byte an IPv6 packet has a fragment header.
  private var fragmentHeader: Int? {
    let packet = payload.rest
    guard payload.type == 0x86dd, packet.count >= 40 else { return nil }
    var next = packet[6]
    var position = 40
    while position + 8 <= packet.count {
      switch next {
      case 44: return position
      case 0, 43, 60:
        next = packet[position]
        position += Int(packet[position + 1]) * 8 + 8
      case 51:
        next = packet[position]
        position += Int(packet[position + 1]) * 4 + 8
      default: return nil
      }
    }
    return next == 44 ? position : nil
  }

  /// Whether this is IP that carries ICMP.
  var isICMP: Bool {
    let (type, packet) = (payload.type, payload.rest)
    return type == 0x0800 && packet.count >= 20 && packet[9] == 1
      || type == 0x86dd && packet.count >= 40 && (packet[6] == 58 || [0, 43, 44, 51, 60].contains(packet[6]))
  }

  /// All tags, and what stands behind them, the type included.
  var allTags: (tags: [[UInt8]], rest: [UInt8]) {
    var tags: [[UInt8]] = []
    var position = 12
    while position + 4 <= count, [[0x81, 0], [0x88, 0xa8]].contains([self[position], self[position + 1]]) {
      tags.append(Array(self[position..<position + 4]))
      position += 4
    }
    return (tags, Array(self[position...]))
  }
}
