/// A port's place in the datapath, unique over all bridges. Rules and people speak of `PortNumber`; workers
/// use this.
@frozen public struct PortIndex: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  public var rawValue: UInt16
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// No port: a frame that the switch itself sends.
  @inlinable public static var none: PortIndex { .init(rawValue: .max) }
  /// How many ports all bridges can have together.
  @inlinable public static var limit: Int { 4096 }
  @inlinable public var value: Int { Int(rawValue) }
}

/// A bridge's place in the datapath.
@frozen public struct BridgeIndex: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  public var rawValue: UInt16
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
  /// How many bridges there can be.
  @inlinable public static var limit: Int { 256 }
  @inlinable public var value: Int { Int(rawValue) }
}
