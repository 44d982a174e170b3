/// What an Ethernet frame carries. IEEE 802 numbers, as IANA lists them.
@frozen public struct EtherType: RawRepresentable, Hashable, Sendable {
  public var rawValue: UInt16
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  @inlinable public static var ipv4: EtherType { .init(rawValue: 0x0800) }
  @inlinable public static var arp: EtherType { .init(rawValue: 0x0806) }
  @inlinable public static var rarp: EtherType { .init(rawValue: 0x8035) }
  /// 802.1Q customer tag.
  @inlinable public static var vlan: EtherType { .init(rawValue: 0x8100) }
  @inlinable public static var ipv6: EtherType { .init(rawValue: 0x86dd) }
  @inlinable public static var mpls: EtherType { .init(rawValue: 0x8847) }
  @inlinable public static var mplsMulticast: EtherType { .init(rawValue: 0x8848) }
  @inlinable public static var nsh: EtherType { .init(rawValue: 0x894f) }
  /// 802.1ad service tag.
  @inlinable public static var serviceVLAN: EtherType { .init(rawValue: 0x88a8) }
  @inlinable public static var lldp: EtherType { .init(rawValue: 0x88cc) }

  /// Values below 0x600 in a frame are lengths (IEEE 802.3 section 3.2.6).
  @inlinable public static var lowest: UInt16 { 0x0600 }
}
