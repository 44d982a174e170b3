import Pipeline

/// NORMAL, and what ports are set to.
extension KnownDisagreement {
  static let ofSwitching: [KnownDisagreement] = [
    KnownDisagreement(
      reason: """
        NORMAL sends a frame to the port where its destination was learned only if that port carries the VLANs of the frame, \
        the inner one too; Open vSwitch looks at them when it floods
        """,
      without: { original in
        guard original.says("NORMAL") else { return original }
        // A tunnel's ports give frames another tag.
        var result = original.withoutFrames { frame, port in
          let mode = original.layout.settings[port]?.vlan.mode
          return frame.allTags.tags.count > (mode == .dot1qTunnel ? 0 : 1)
        }
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
  ]
}
