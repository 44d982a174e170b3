/// Where our switch means to do something else than Open vSwitch 3.1 does, and why. docs/compatibility.md says the same to
/// people.
struct KnownDisagreement: Sendable {
  let reason: String
  /// The case without what the two switches are known to treat differently: about the rest they have to agree.
  var without: @Sendable (Case) -> Case = { $0 }
  /// Whether it is the reason of a disagreement, all by itself.
  var explains: @Sendable (Disagreement) -> Bool = { _ in false }

  static let all: [KnownDisagreement] = [
    frames(
      "a frame that ends within a VLAN tag is malformed and dropped; Open vSwitch reads it as untagged, of type 0x8100"
    ) {
      endsWithinTag($0)
    },
    frames(
      "changes of ARP with operation 0 or above 255, and of IP that carries protocol 0, are carried out; Open vSwitch takes the "
        + "0 for want of a header and forgets them"
    ) {
      let type = $0.payload.type
      let packet = $0.payload.rest
      switch type {
      case 0x0806, 0x8035: return packet.count >= 8 && (packet[6] != 0 || packet[7] == 0)
      case 0x0800: return packet.count >= 20 && packet[9] == 0
      default: return false
      }
    },
    frames(
      "later fragments have no transport header; Open vSwitch changes a checksum in their midst when it changes an IPv4 address"
    ) {
      let packet = $0.payload.rest
      return $0.payload.type == 0x0800 && packet.count >= 20 && (packet[6] & 0x1f != 0 || packet[7] != 0)
    },
    KnownDisagreement(
      reason: "push_vlan keeps all tags of a frame; Open vSwitch loses the third from outside",
      explains: { disagreement in
        guard case .frames(_, let real, let ours) = disagreement, real.count == ours.count else {
          return false
        }
        return zip(real, ours).allSatisfy { $0 == $1 || $0.hasLostTag(of: $1) }
      }),
  ]

  private static func frames(_ reason: String, _ isMeant: @escaping @Sendable ([UInt8]) -> Bool)
    -> KnownDisagreement
  {
    KnownDisagreement(
      reason: reason,
      without: { original in
        var result = original
        result.steps = original.steps.compactMap { step in
          guard case .frames(let port, let frames) = step else { return step }
          let rest = frames.filter { !isMeant($0) }
          return rest.isEmpty ? nil : .frames(port, rest)
        }
        return result
      })
  }

  private static func endsWithinTag(_ frame: [UInt8]) -> Bool {
    let payload = frame.payload
    return payload.tags < 3 && payload.rest.isEmpty && [0x8100, 0x88a8].contains(payload.type)
  }
}

extension [UInt8] {
  /// Whether this is `other`, which has three tags or more, without one of the tags behind its second.
  fileprivate func hasLostTag(of other: [UInt8]) -> Bool {
    let (own, all) = (allTags, other.allTags)
    return all.tags.count > 2 && own.tags.count == 2 && own.rest == all.rest
      && own.tags.first == all.tags.first
      && all.tags.contains(own.tags[1])
  }

  /// What stands behind up to two tags: the type before it, and how many tags there are, counting one that is cut.
  fileprivate var payload: (type: UInt16, tags: Int, rest: [UInt8]) {
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

  /// All tags, and what stands behind them, the type included.
  private var allTags: (tags: [[UInt8]], rest: [UInt8]) {
    var tags: [[UInt8]] = []
    var position = 12
    while position + 4 <= count, [[0x81, 0], [0x88, 0xa8]].contains([self[position], self[position + 1]]) {
      tags.append(Array(self[position..<position + 4]))
      position += 4
    }
    return (tags, Array(self[position...]))
  }
}
