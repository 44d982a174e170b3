/// An OpenFlow port number. OpenFlow 1.0 section 5.2.1; later versions write the reserved ones in 32 bits
/// (0xffffff00 and up), and the codecs of those versions translate.
@frozen public struct PortNumber: RawRepresentable, Hashable, Comparable, Sendable {
  public var rawValue: UInt16
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Numbers of real ports are 1 to 0xfeff.
  @inlinable public static var maximum: PortNumber { .init(rawValue: 0xfeff) }
  @inlinable public static var unset: PortNumber { .init(rawValue: 0xfff7) }
  @inlinable public static var inPort: PortNumber { .init(rawValue: 0xfff8) }
  @inlinable public static var table: PortNumber { .init(rawValue: 0xfff9) }
  @inlinable public static var normal: PortNumber { .init(rawValue: 0xfffa) }
  @inlinable public static var flood: PortNumber { .init(rawValue: 0xfffb) }
  @inlinable public static var all: PortNumber { .init(rawValue: 0xfffc) }
  @inlinable public static var controller: PortNumber { .init(rawValue: 0xfffd) }
  @inlinable public static var local: PortNumber { .init(rawValue: 0xfffe) }
  /// No port; as a filter, any port.
  @inlinable public static var none: PortNumber { .init(rawValue: 0xffff) }

  @inlinable public static func < (a: PortNumber, b: PortNumber) -> Bool { a.rawValue < b.rawValue }
}
