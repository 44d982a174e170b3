/// What the switch knows of a frame while it decides: every field that a rule can match, at a fixed place.
///
/// Words are in header order (metadata, Ethernet, IP, transport), so that a lookup can stop early. Where a
/// field lies is said once, in `Field.all`; the names here serve the code that fills and executes. A field
/// that a frame does not have is 0.
///
/// Rules for sharing bits: ARP's addresses lie in the IPv4 words and its opcode in `ip_proto`'s bits (an
/// opcode above 255 reads as 0), ICMP type and code lie in the low bytes of the ports' bits. Which of them is
/// meant follows from `eth_type` and `ip_proto`, that is, from the fields' prerequisites.
@frozen public struct FlowKey: BitwiseCopyable, Sendable {
  public var words: InlineArray<24, UInt64>

  /// How many words a key has.
  @inlinable public static var wordCount: Int { 24 }

  /// A key with all fields 0.
  @inlinable
  public init() { words = .init(repeating: 0) }

  /// Word numbers. Bits are named from the most significant one, as in packet diagrams.
  public enum Word {
    /// `in_port` 16 | 48 unused
    @inlinable public static var ingress: Int { 0 }
    @inlinable public static var metadata: Int { 1 }
    /// `reg0` 32 | `reg1` 32, and so on for eight words.
    @inlinable public static var registers: Int { 2 }
    /// First word whose bits come from the frame: a change of it is a change of the frame.
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
    /// `tp_src` 16 | `tp_dst` 16 | `tcp_flags` 16 | 16 unused
    @inlinable public static var transport: Int { 23 }
  }

  /// Bits of `ip_frag`: any fragment, and a later one (offset not 0).
  public enum Fragment {
    @inlinable public static var any: UInt64 { 1 }
    @inlinable public static var later: UInt64 { 2 }
  }

  /// In a TCI of a key: the tag is present.
  @inlinable public static var vlanPresent: UInt64 { 0x1000 }

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
