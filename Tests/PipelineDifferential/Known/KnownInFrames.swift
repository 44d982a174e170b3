import Match

/// Frames that are read in another way, and changes of their fields.
extension KnownDisagreement {
  static let ofFrames: [KnownDisagreement] = [
    frames(
      "a frame that ends within a VLAN tag is malformed and dropped; Open vSwitch reads it as untagged, of type 0x8100"
    ) { $0.endsWithinTag },
    frames(
      """
      changes of ARP with operation 0 or above 255, and of IP that carries protocol 0, are carried out, those of ARP for other \
      addresses than Ethernet's and IPv4's are not; Open vSwitch takes the 0 for want of a header
      """
    ) {
      let type = $0.payload.type
      let packet = $0.payload.rest
      switch type {
      case 0x0806, 0x8035:
        return packet.count >= 8 && (packet[..<7] != [0, 1, 8, 0, 6, 4, 0] || packet[7] == 0)
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
    leaving("set_field:255->arp_op writes 255; Open vSwitch writes 65535") { real, ours, subject in
      subject.says("arp_op") && [0x0806, 0x8035].contains(ours.payload.type) && ours.payload.rest.count >= 8
        && ours.payload.rest[6...7].elementsEqual([0, 255])
        && real.payload.rest[6...7].elementsEqual([255, 255])
    },
    KnownDisagreement(
      reason: """
        the checksum of a packet follows a change of its IPv6 addresses also behind a fragment header; Open vSwitch leaves it
        """,
      without: {
        $0.says("ipv6_src", "ipv6_dst", "IPV6") ? $0.withoutFrames { $0.hasFragmentHeader } : $0
      }),
    KnownDisagreement(
      reason:
        "push_mpls puts labels behind the Ethernet header of IEEE 802.3 frames too; Open vSwitch puts them into the SNAP header",
      without: { $0.says("push_mpls") ? $0.withoutFrames { $0.hasLength } : $0 }),
    leaving(
      """
      max_len of an output counts what leaves; Open vSwitch counts the frame as it was before those changes of tags that come \
      right before the output
      """
    ) { real, ours, subject in
      let (own, theirs) = (ours.allTags, real.allTags)
      let (short, long) =
        own.rest.count < theirs.rest.count ? (own.rest, theirs.rest) : (theirs.rest, own.rest)
      return (subject.says("max_len") || subject.cutsCopies) && long.starts(with: short)
        && long.count - short.count <= 12
        && (own.tags == theirs.tags || subject.sendsWithPortsTags
          || subject.says("push_vlan", "mod_vlan"))
    },
    frames(
      "an IPv6 packet that is one whole fragment is no fragment whatever the reserved bits are; to Open vSwitch it is a first one"
    ) { $0.hasReservedFragmentBits },
    KnownDisagreement(
      reason:
        "in 1.0, mod_tp_src and mod_tp_dst change ports of TCP, UDP and SCTP; in Open vSwitch ICMP's type and code too",
      without: { $0.version == .v10 && $0.says("mod_tp_") ? $0.withoutFrames { $0.isICMP } : $0 }),
  ]
}
