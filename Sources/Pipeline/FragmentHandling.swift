public import Classifier
import Match

/// What a bridge does with IP fragments: `set-frags`. OpenFlow 1.3.5 section A.3.2 (`OFPC_FRAG_*`), and
/// `ovs-ofctl(8)` for the last one.
public enum FragmentHandling: UInt8, CaseIterable, Sendable {
  /// To rules all fragments have ports of 0.
  case normal
  case drop
  /// Rules see whole packets, which leave in fragments by ports that cannot take them whole.
  case reassemble
  /// As normal, but the first fragment has its ports.
  case nxMatch
}

extension KeyReference {
  /// Whether the frame is an IP fragment.
  @inline(__always)
  public var isFragment: Bool { self[FlowKey.Word.ip] & (FlowKey.Fragment.any | FlowKey.Fragment.later) != 0 }
}

extension ForwardingState {
  /// Whether a fragment that comes in by `port` waits for the rest of its packet.
  @inline(__always)
  public func reassembles(_ port: PortIndex) -> Bool {
    bridge(self.port(port).bridge)?.fragmentHandling == .reassemble
  }
}

extension Translator {
  var isFragment: Bool { key.isFragment }

  /// The best rule for a fragment, also the first one. Its ports, and types of ICMP, are hidden from rules only:
  /// actions read and write what is there.
  mutating func lookUpFragment(_ table: Int, in record: BridgeRecord) -> Rule? {
    let transport = key[FlowKey.Word.transport]
    defer { key[FlowKey.Word.transport] = transport }
    switch record.fragmentHandling {
    case .normal, .reassemble: key[FlowKey.Word.transport] = transport & 0xffff_ffff
    case .drop, .nxMatch: break
    }
    return ask(table, of: record)
  }

  /// Whether the frame may not get into the bridge's tables.
  func isRefusedFragment(by record: BridgeRecord) -> Bool {
    guard record.fragmentHandling == .drop else { return false }
    if isNoting { notes.noteFragments() }
    return isFragment
  }
}
