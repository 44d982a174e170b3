/// What the switch knows of a frame while it decides: every field that a rule can match, at a fixed place.
///
/// The first words are hot: a frame fills them, or rules use them all the time. The others are cold: 0 unless the
/// frame has a header that is rare, or an action wrote one, so that a frame's way touches them only then. Where a
/// field lies is said once, in `Field.all`; the names here serve the code that fills and executes. A field
/// that a frame does not have is 0.
///
/// Rules for sharing bits: ARP's addresses lie in the IPv4 words and its opcode in `ip_proto`'s bits (an
/// opcode above 255 reads as 0), ICMP type and code lie in the low bytes of the ports' bits, and what neighbour
/// discovery has besides lies in the bits of the TCP flags. Which of them is meant follows from `eth_type` and
/// `ip_proto`, that is, from the fields' prerequisites.
@frozen public struct FlowKey: BitwiseCopyable, Sendable {
  public var words: InlineArray<58, UInt64>

  /// How many words a key has: at most 64, so that a set of words is one number.
  @inlinable public static var wordCount: Int { 58 }

  /// A key with all fields 0.
  @inlinable
  public init() { words = .init(repeating: 0) }

  /// Word numbers. Bits are named from the most significant one, as in packet diagrams.
  public enum Word {
    /// `in_port` 16 | upper half of `in_port_oxm` 16 | 32 unused
    @inlinable public static var ingress: Int { 0 }
    @inlinable public static var metadata: Int { 1 }
    /// `reg0` 32 | `reg1` 32, and so on for eight words.
    @inlinable public static var registers: Int { 2 }
    /// First word whose bits come from the frame: a change of it is a change of the frame. Up to `firstCold`.
    @inlinable public static var firstOfFrame: Int { 10 }
    /// `eth_dst` 48 | `eth_type` 16, the type behind all tags
    @inlinable public static var ethernetDestination: Int { 10 }
    /// `eth_src` 48 | 16 unused
    @inlinable public static var ethernetSource: Int { 11 }
    /// outer TPID 16 | outer TCI 16 | inner TPID 16 | inner TCI 16. In a TCI here bit 0x1000 says that the
    /// tag is present; an absent tag is 0 altogether.
    @inlinable public static var vlan: Int { 12 }
    /// `ipv6_label` 32 | `ip_proto` 8 | `nw_tos` 8 | `nw_ttl` 8 | `ip_frag` 8
    @inlinable public static var ip: Int { 13 }
    /// `nw_src` 32 | `nw_dst` 32
    @inlinable public static var ipv4: Int { 14 }
    @inlinable public static var ipv6Source: Int { 15 }
    @inlinable public static var ipv6Destination: Int { 17 }
    /// `arp_sha`, also `nd_sll`: 16 unused | 48
    @inlinable public static var arpSourceHardware: Int { 19 }
    /// `arp_tha`, also `nd_tll`: 16 unused | 48
    @inlinable public static var arpTargetHardware: Int { 20 }
    @inlinable public static var ndTarget: Int { 21 }
    /// `tp_src` 16 | `tp_dst` 16 | `tcp_flags` 16 | 16 unused; in neighbour discovery
    /// 8 unused | `icmp_type` 8 | `nd_options_type` 8 | `icmp_code` 8 | `nd_reserved` 32
    @inlinable public static var transport: Int { 23 }

    /// First of the cold words.
    @inlinable public static var firstCold: Int { 24 }
    /// `reg16` 32 | `reg17` 32, and so on for eight words.
    @inlinable public static var upperRegisters: Int { 24 }
    @inlinable public static var tunnelID: Int { 32 }
    /// `tun_src` 32 | `tun_dst` 32
    @inlinable public static var tunnelIPv4: Int { 33 }
    @inlinable public static var tunnelIPv6Source: Int { 34 }
    @inlinable public static var tunnelIPv6Destination: Int { 36 }
    /// `tun_flags` 16 | `tun_ttl` 8 | `tun_tos` 8 | `tun_gbp_id` 16 | `tun_gbp_flags` 8 | 8 unused
    @inlinable public static var tunnel: Int { 38 }
    /// `tun_erspan_idx` 20 | `_ver` 4 | `_dir` 8 | `_hwid` 8 | `tun_gtpu_flags` 8 | `_msgtype` 8 | 8 unused
    @inlinable public static var tunnelKinds: Int { 39 }
    /// `pkt_mark` 32 | `skb_priority` 32
    @inlinable public static var packetMark: Int { 40 }
    /// `dp_hash` 32 | `recirc_id` 32
    @inlinable public static var recirculation: Int { 41 }
    /// `conj_id` 32 | `actset_output` 32
    @inlinable public static var conjunction: Int { 42 }
    /// `packet_type` 32 | `ct_zone` 16 | `ct_nw_proto` 8 | 8 unused
    @inlinable public static var packetType: Int { 43 }
    /// 24 unused | `ct_state` 8, all of its flags | `ct_mark` 32
    @inlinable public static var connection: Int { 44 }
    @inlinable public static var connectionLabel: Int { 45 }
    /// `ct_nw_src` 32 | `ct_nw_dst` 32
    @inlinable public static var connectionIPv4: Int { 47 }
    @inlinable public static var connectionIPv6Source: Int { 48 }
    @inlinable public static var connectionIPv6Destination: Int { 50 }
    /// `ct_tp_src` 16 | `ct_tp_dst` 16 | 32 unused
    @inlinable public static var connectionPorts: Int { 52 }

    /// First of the cold words whose bits come from the frame; these go up to the end.
    @inlinable public static var firstColdOfFrame: Int { 53 }
    /// First label stack entry 32 | second 32; then third 32 | 32 unused
    @inlinable public static var mpls: Int { 53 }
    /// `nsh_flags` 8 | `nsh_ttl` 8 | `nsh_mdtype` 8 | `nsh_np` 8 | `nsh_spi` 24 | `nsh_si` 8
    @inlinable public static var nsh: Int { 55 }
    /// `nsh_c1` 32 | `nsh_c2` 32; then `nsh_c3` | `nsh_c4`
    @inlinable public static var nshContext: Int { 56 }
  }

  /// Bits of `ip_frag`: any fragment, and a later one (offset not 0).
  public enum Fragment {
    @inlinable public static var any: UInt64 { 1 }
    @inlinable public static var later: UInt64 { 2 }
  }

  /// In a TCI of a key: the tag is present.
  @inlinable public static var vlanPresent: UInt64 { 0x1000 }

  /// The word `Word.ingress` of a frame that came in by the port of that number.
  @inlinable
  public static func ingress(_ number: UInt16) -> UInt64 {
    UInt64(number) << 48 | (number < 0xff00 ? 0 : 0xffff << 32)
  }

  /// Whether frames of that type have bits in cold words: MPLS and NSH.
  @inlinable
  public static func hasColdWords(etherType: UInt64) -> Bool {
    etherType == 0x8847 || etherType == 0x8848 || etherType == 0x894f
  }

  /// The bits at `slot`, right-justified.
  @inlinable
  public subscript(slot: Slot) -> UInt64 {
    get { (words[slot.word] & slot.mask) >> UInt64(slot.shift) }
    set { words[slot.word] = words[slot.word] & ~slot.mask | (newValue << UInt64(slot.shift)) & slot.mask }
  }

  /// The bits of both keys.
  @inlinable
  public func masked(by mask: borrowing FlowKey) -> FlowKey {
    var result = FlowKey()
    for i in 0..<Self.wordCount { result.words[i] = words[i] & mask.words[i] }
    return result
  }
}

extension FlowKey: Hashable {
  @inlinable
  public static func == (a: FlowKey, b: FlowKey) -> Bool {
    var difference: UInt64 = 0
    for i in 0..<wordCount { difference |= a.words[i] ^ b.words[i] }
    return difference == 0
  }

  public func hash(into hasher: inout Hasher) {
    for i in 0..<Self.wordCount { hasher.combine(words[i]) }
  }
}
