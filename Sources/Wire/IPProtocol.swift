/// What an IPv4 or IPv6 packet carries. IANA, "Assigned Internet Protocol Numbers".
@frozen public struct IPProtocol: RawRepresentable, Hashable, Sendable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable public static var icmp: IPProtocol { .init(rawValue: 1) }
  @inlinable public static var igmp: IPProtocol { .init(rawValue: 2) }
  @inlinable public static var tcp: IPProtocol { .init(rawValue: 6) }
  @inlinable public static var udp: IPProtocol { .init(rawValue: 17) }
  @inlinable public static var icmpv6: IPProtocol { .init(rawValue: 58) }
  @inlinable public static var sctp: IPProtocol { .init(rawValue: 132) }
}
