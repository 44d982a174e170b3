/// Where our switch means to do something else than Open vSwitch 3.1 does, and why. docs/compatibility.md says the same to
/// people.
struct KnownDisagreement: Sendable {
  let reason: String
  /// The case without what the two switches are known to treat differently: about the rest they have to agree.
  let without: @Sendable (Case) -> Case

  static let all: [KnownDisagreement] = [
    frames("a frame that ends within a VLAN tag is malformed and dropped; Open vSwitch reads it as untagged, of type 0x8100") {
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
  ]

  private static func frames(_ reason: String, _ isMeant: @escaping @Sendable ([UInt8]) -> Bool) -> KnownDisagreement {
    KnownDisagreement(reason: reason) { original in
      var result = original
      result.steps = original.steps.compactMap { step in
        guard case .frames(let port, let frames) = step else { return step }
        let rest = frames.filter { !isMeant($0) }
        return rest.isEmpty ? nil : .frames(port, rest)
      }
      return result
    }
  }

  private static func endsWithinTag(_ frame: [UInt8]) -> Bool {
    let payload = frame.payload
    return payload.tags < 3 && payload.rest.isEmpty && [0x8100, 0x88a8].contains(payload.type)
  }
}

extension [UInt8] {
  /// What stands behind up to two tags: the type before it, and how many tags there are, counting one that is cut.
  fileprivate var payload: (type: UInt16, tags: Int, rest: [UInt8]) {
    var position = 12
    for tags in 0..<3 {
      guard position + 2 <= count else { break }
      let type = UInt16(self[position]) << 8 | UInt16(self[position + 1])
      if tags < 2, type == 0x8100 || type == 0x88a8 {
        // A tag is followed by a type.
        guard position + 6 <= count else { return (type, tags + 1, []) }
        position += 4
      } else {
        return (type, tags, Array(self[(position + 2)...]))
      }
    }
    return (0, 0, [])
  }
}
