import Datapath
import Flow
import Match
import NIOCore

/// Hidden rules that let the connection to a controller through the bridge itself, whatever the flow tables say:
/// the local port's address resolution and DHCP, that of the controller, and the TCP connection.
enum InBandRules {
  /// - Parameters:
  ///   - mac: the local port's address, as text.
  ///   - controllers: those that are reached through the bridge; IPv4 only.
  static func make(mac: String, controllers: [ControllerTarget]) -> [FlowMod] {
    guard !controllers.isEmpty else { return [] }
    var matches = [
      "udp,in_port=LOCAL,dl_src=\(mac),tp_src=68,tp_dst=67",
      "arp,dl_dst=\(mac),arp_op=2", "arp,dl_src=\(mac),arp_op=1",
    ]
    for target in controllers {
      guard let address = target.address.ipAddress, let port = target.address.port else { continue }
      matches += [
        "arp,arp_tpa=\(address),arp_op=2", "arp,arp_spa=\(address),arp_op=1",
        "tcp,nw_dst=\(address),tp_dst=\(port)", "tcp,nw_src=\(address),tp_src=\(port)",
      ]
    }
    // What is written above is never refused.
    return matches.compactMap { try? FlowMod(parsing: "\($0),actions=normal"[...], command: .add) }
  }
}

extension ControllerTarget {
  /// Whether there are rules for it: the switch makes the connection, over IPv4.
  public var canBeInBand: Bool {
    guard method == .tcp || method == .ssl, case .v4 = address else { return false }
    return true
  }
}
