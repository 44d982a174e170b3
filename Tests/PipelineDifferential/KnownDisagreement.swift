import Pipeline

/// Where our switch means to do something else than Open vSwitch 3.1 does, and why. docs/compatibility.md says the same to
/// people.
struct KnownDisagreement: Sendable {
  let reason: String
  /// The case without what the two switches are known to treat differently: about the rest they have to agree.
  var without: @Sendable (Case) -> Case = { $0 }
  /// Whether it is the reason of a disagreement, all by itself.
  var explains: @Sendable (Disagreement, Case) -> Bool = { _, _ in false }
  /// Whether it is the reason why a frame that left is another one.
  var explainsFrame: @Sendable (_ real: [UInt8], _ ours: [UInt8], Case) -> Bool = { _, _, _ in false }

  static let all: [KnownDisagreement] = [
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
    leaving("push_vlan keeps all tags of a frame; Open vSwitch loses the third from outside") {
      real, ours, subject in
      if subject.sendsWithPortsTags { return real.withoutPriorities.hasLostTag(of: ours.withoutPriorities) }
      return subject.says("push_vlan", "mod_vlan") && real.hasLostTag(of: ours)
    },
    leaving(
      "tags keep their drop eligible indicator; Open vSwitch clears that of tags which it takes off and puts on again"
    ) { real, ours, subject in
      (subject.sendsWithPortsTags || subject.says("push_vlan", "pop_vlan", "strip_vlan", "mod_vlan", "vlan"))
        && real.withoutDEI == ours.withoutDEI
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
    KnownDisagreement(
      reason: """
        NORMAL sends a frame to the port where its destination was learned only if that port carries the VLANs of the frame, \
        the inner one too; Open vSwitch looks at them when it floods
        """,
      without: { original in
        guard original.says("NORMAL") else { return original }
        var result = original.withoutFrames { $0.allTags.tags.count > 1 }
        for port in result.layout.settings.keys { result.layout.settings[port]?.vlan.customerVLANs = [] }
        return result
      }),
    KnownDisagreement(
      reason:
        "rules do not count frames that come in by a port with no-receive; Open vSwitch counts and drops them",
      without: { original in
        var result = original
        result.steps.removeAll { step in
          guard case .frames(let port, _) = step else { return false }
          return original.layout.settings[port]?.flags.contains(.noReceive) ?? false
        }
        return result
      }),
    leaving(
      """
      NORMAL adds and removes tags of VLAN 0 as ovs-vswitchd.conf.db(5) says of priority-tags, and keeps what is behind them; \
      Open vSwitch keeps them, or takes off the tag behind one as well
      """,
      without: { subject in
        subject.sendsWithPortsTags ? subject.withoutFrames { $0.hasPriorityTag } : subject
      }
    ) { real, ours, subject in
      subject.sendsWithPortsTags && real.withoutPriorityTags == ours.withoutPriorityTags
    },
    leaving(
      "a port that takes the outer tag off leaves the priority of the inner one alone; Open vSwitch makes it that of the outer"
    ) {
      real, ours, subject in
      subject.layout.settings.values.contains { [.dot1qTunnel, .nativeUntagged].contains($0.vlan.mode) }
        && real.withoutPriorities == ours.withoutPriorities
    },
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
    KnownDisagreement(
      reason:
        "what follows a select group counts frames as they came in; Open vSwitch counts them as they were at the group",
      explains: { disagreement, subject in
        guard case .counter(_, let real, let ours) = disagreement else { return false }
        return subject.says("type=select") && real.map(\.packets) == ours.map(\.packets)
      }),
    KnownDisagreement(
      reason:
        "a packet-in carries as many bytes as its rule's max_len says; Open vSwitch sends all of the frame",
      explains: { disagreement, _ in
        guard case .packetIns(let real, let ours) = disagreement, real.count == ours.count else {
          return false
        }
        return zip(real, ours).allSatisfy { $0.hasPrefix($1) }
      }),
  ]

  /// A difference in single frames that leave.
  private static func leaving(
    _ reason: String, without: @escaping @Sendable (Case) -> Case = { $0 },
    _ isMeant: @escaping @Sendable (_ real: [UInt8], _ ours: [UInt8], _ subject: Case) -> Bool
  ) -> KnownDisagreement {
    KnownDisagreement(reason: reason, without: without, explainsFrame: isMeant)
  }

  /// A difference in what becomes of frames that come in.
  private static func frames(
    _ reason: String, _ isMeant: @escaping @Sendable ([UInt8]) -> Bool
  ) -> KnownDisagreement {
    KnownDisagreement(reason: reason, without: { $0.withoutFrames(isMeant) })
  }
}

extension Case {
  fileprivate func withoutFrames(_ isMeant: ([UInt8]) -> Bool) -> Case {
    var result = self
    result.steps = steps.compactMap { step in
      guard case .frames(let port, let frames) = step else { return step }
      let rest = frames.filter { !isMeant($0) }
      return rest.isEmpty ? nil : .frames(port, rest)
    }
    return result
  }

  /// Whether frames leave with the tags that their ports want: by NORMAL, or as copies for a mirror.
  fileprivate var sendsWithPortsTags: Bool { says("NORMAL") || !layout.mirrors.isEmpty }

  fileprivate var cutsCopies: Bool { layout.mirrors.values.joined().contains { $0.snapLength > 0 } }

  /// Whether a rule or a group has one of these words.
  fileprivate func says(_ words: String...) -> Bool {
    (rules.map(\.text) + groups).contains { text in words.contains { text.contains($0) } }
  }
}
