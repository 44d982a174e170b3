import Flow
import Match
import Pipeline

/// A case that both switches do not agree on, as commands that can be pasted.
enum Report {
  static func text(_ subject: Case, _ result: Bench.Result, on bench: Bench) -> String {
    var lines: [String] = []
    for (port, settings) in subject.layout.settings.sorted(by: { $0.key < $1.key }) {
      if settings.vlan != VLANSettings() || settings.isProtected {
        lines.append("ovs-vsctl " + settings.databaseWords(for: "\(port)").joined(separator: " "))
      }
      for (flag, word) in [
        (PortFlags.noReceive, "no-receive"), (.noFlood, "no-flood"), (.noForward, "no-forward"),
        (.noPacketIn, "no-packet-in"),
      ] where settings.flags.contains(flag) {
        lines.append("ovs-ofctl mod-port br\(port.bridge) \(port) \(word)")
      }
    }
    for (bridge, mirrors) in subject.layout.mirrors.sorted(by: { $0.key < $1.key }) {
      for mirror in mirrors {
        lines.append("ovs-vsctl " + mirror.databaseWords(for: "br\(bridge)").joined(separator: " "))
      }
    }
    for port in subject.layout.down.sorted() {
      lines.append("ovs-appctl netdev-dummy/set-admin-state \(port) down")
    }
    for group in subject.groups { lines.append("ovs-ofctl -O OpenFlow15 add-group br0 '\(group)'") }
    for meter in subject.meters { lines.append("ovs-ofctl -O OpenFlow15 add-meter br0 '\(meter)'") }
    for (place, rule) in subject.rules.enumerated() {
      lines.append(
        "ovs-ofctl -O \(subject.version.optionName) add-flow br\(rule.bridge) 'cookie=\(place + 1),\(rule.text)'"
      )
    }
    for step in subject.steps {
      switch step {
      case .frames(let port, let frames):
        lines += frames.map { "ovs-appctl netdev-dummy/receive \(port) \($0.hexadecimal)" }
      case .group(let command, let text):
        lines.append("ovs-ofctl -O OpenFlow15 \(command.clientCommand) br0 '\(text)'")
      case .time(let milliseconds): lines.append("ovs-appctl time/warp \(milliseconds)")
      }
    }
    lines += result.disagreements.map { "\($0)" }
    // The last frame is the one in which it shows, mostly.
    for step in subject.steps.suffix(2) {
      guard case .frames(let port, let frames) = step, let frame = frames.last else { continue }
      lines.append("trace of \(port) \(frame.hexadecimal):")
      let trace = bench.trace(frame, from: port).split(separator: "\n", omittingEmptySubsequences: false)
      // Of a loop the beginning says it all.
      lines += trace.prefix(60).map(String.init)
    }
    return lines.joined(separator: "\n")
  }
}

extension OpenFlowVersion {
  /// What `-O` of `ovs-ofctl` calls it.
  fileprivate var optionName: String { "OpenFlow1\(rawValue - 1)" }
}

extension GroupMod.Command {
  /// The command of `ovs-ofctl` for it.
  fileprivate var clientCommand: String {
    switch self {
    case .add: "add-group"
    case .modify: "mod-group"
    case .delete: "del-groups"
    case .insertBucket: "insert-buckets"
    case .removeBucket: "remove-buckets"
    case .addOrModify: "--may-create mod-group"
    }
  }
}
