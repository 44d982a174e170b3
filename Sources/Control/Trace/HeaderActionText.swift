import Match
import Pipeline

/// Ops that add and take off headers, in the words in which Open vSwitch prints actions of a datapath.
enum HeaderActionText {
  static func text(of op: FrameOp) -> String {
    switch op {
    case .pushLabel(let entry, let type): "push_mpls(\(label(entry)),eth_type=\(hexadecimal(type)))"
    case .pushLabelOverEthernet(let entry, let type):
      "add_mpls(\(label(entry)),eth_type=\(hexadecimal(type)))"
    case .popLabel(let type): "pop_mpls(eth_type=\(hexadecimal(type)))"
    case .popToEthernet: "pop_mpls(eth_type=0x6558)"
    case .popEthernet: "pop_eth"
    case .pushNSH(let type, let next, _):
      "push_nsh(flags=0,ttl=63,mdtype=\(type),np=\(next),spi=0x0,si=255"
        + (type == 1 ? ",c1=0x0,c2=0x0,c3=0x0,c4=0x0)" : ")")
    case .popNSH: "pop_nsh()"
    default: ""
    }
  }

  private static func label(_ entry: UInt32) -> String {
    "label=\(entry >> 12),tc=\(entry >> 9 & 7),ttl=\(entry & 0xff),bos=\(entry >> 8 & 1)"
  }

  private static func hexadecimal(_ type: UInt16) -> String { "0x" + String(type, radix: 16) }
}

extension FlowKey {
  /// The type of what follows the Ethernet header, as far as it counts for what later ops set.
  mutating func follow(_ op: FrameOp) {
    switch op {
    case .pushLabel(let entry, let type), .pushLabelOverEthernet(let entry, let type):
      setType(type)
      words[Word.mpls + 1] = words[Word.mpls] << 32
      words[Word.mpls] = UInt64(entry) << 32 | words[Word.mpls] >> 32
    case .popLabel(let type):
      setType(type)
      words[Word.mpls] = words[Word.mpls] << 32 | words[Word.mpls + 1] >> 32
      words[Word.mpls + 1] = 0
    case .pushNSH: setType(0x894f)
    case .popNSH(let type): setType(type)
    default: break
    }
  }

  private mutating func setType(_ type: UInt16) {
    words[Word.ethernetDestination] = words[Word.ethernetDestination] & ~0xffff | UInt64(type)
  }
}
