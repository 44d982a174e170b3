import Match

/// What a frame begins with: a name space and a type in it. OpenFlow 1.5.1 section 7.2.3.11.
public struct PacketType: Hashable, Sendable {
  public var namespace: UInt16
  public var type: UInt16

  public init(namespace: UInt16, type: UInt16) {
    self.namespace = namespace
    self.type = type
  }

  /// A frame with an Ethernet header.
  public static var ethernet: PacketType { .init(namespace: 0, type: 0) }
  /// What an Ethertype says.
  static func etherType(_ type: UInt16) -> PacketType { .init(namespace: 1, type: type) }
  /// No type that a frame can have.
  static var unknown: PacketType { .init(namespace: 0xffff, type: 0xffff) }
  public static var nsh: PacketType { .etherType(0x894f) }
  public static var mpls: PacketType { .etherType(0x8847) }
  public static var mplsMulticast: PacketType { .etherType(0x8848) }
  /// In `decap`: what the header that is taken off says.
  static var next: PacketType { .init(namespace: 0, type: 0xfffe) }
}
