/// VLAN tags that actions push, change and take off.
extension KnownDisagreement {
  static let ofTags: [KnownDisagreement] = [
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
    KnownDisagreement(
      reason: """
        push_vlan keeps all tags of a frame; when Open vSwitch has lost one, later changes and matches find another tag
        """,
      without: {
        $0.says("push_vlan", "mod_vlan", "vlan_tci", "vlan_vid", "VLAN_TCI")
          ? $0.withoutFrames { $0.allTags.tags.count > 1 } : $0
      }),
    KnownDisagreement(
      reason: """
        frames have up to four tags, and a push_vlan of a fifth ends the list of actions; Open vSwitch loses all but two
        """,
      without: { $0.withoutPushedTags },
      mayExplain: { disagreements in
        disagreements.contains { disagreement in
          guard case .frames(_, let real, let ours) = disagreement else { return false }
          return (real + ours).contains { $0.allTags.tags.count > 2 }
        }
      }),
  ]
}

extension Case {
  /// The case with rules and groups that push no tags.
  fileprivate var withoutPushedTags: Case {
    func plain(_ text: String) -> String {
      text.replacing(
        #/push_vlan:0x[0-9a-f]+|mod_vlan_(vid|pcp):[0-9]+|set_field:[0-9\/]+->vlan_(vid|pcp)/#,
        with: "set_field:0->reg14")
    }
    var result = self
    for place in rules.indices { result.rules[place].actions = rules[place].actions.map(plain) }
    result.groups = groups.map(plain)
    return result
  }
}
