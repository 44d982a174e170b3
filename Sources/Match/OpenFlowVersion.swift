/// The versions of OpenFlow, by their number in a message's header.
public enum OpenFlowVersion: UInt8, CaseIterable, Comparable, Sendable {
  /// OpenFlow 1.0 with Nicira's extensions.
  case v10 = 1
  case v11 = 2
  case v12 = 3
  case v13 = 4
  case v14 = 5
  case v15 = 6

  public static func < (a: OpenFlowVersion, b: OpenFlowVersion) -> Bool { a.rawValue < b.rawValue }
}

extension OpenFlowVersion: CustomStringConvertible {
  /// The name that `protocols=` uses.
  public var description: String {
    switch self {
    case .v10: "OpenFlow10"
    case .v11: "OpenFlow11"
    case .v12: "OpenFlow12"
    case .v13: "OpenFlow13"
    case .v14: "OpenFlow14"
    case .v15: "OpenFlow15"
    }
  }
}

extension PortNumber {
  /// The port that OpenFlow 1.1 and later write as `wide`: 1 to 0xfeff stand for themselves, the reserved
  /// numbers from 0xffffff00 up for 0xff00 and up. `nil` for all in between: ports here have 16 bits.
  public init?(wide: UInt32) {
    switch wide {
    case 0..<0xff00: self.init(rawValue: UInt16(wide))
    case 0xffff_ff00...: self.init(rawValue: UInt16(truncatingIfNeeded: wide))
    default: return nil
    }
  }

  /// The number as OpenFlow 1.1 and later write it.
  public var wide: UInt32 { rawValue < 0xff00 ? UInt32(rawValue) : 0xffff_0000 | UInt32(rawValue) }
}
