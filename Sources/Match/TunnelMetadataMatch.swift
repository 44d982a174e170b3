/// What a match demands of one field `tun_metadata0` to `tun_metadata63`: options of a tunnel's header, up to 124
/// bytes of them. How long a field is, a controller says; a match carries as many bytes as it was written with.
public struct TunnelMetadataMatch: Hashable, Sendable {
  /// 0 to 63.
  public let index: UInt8
  /// Most significant byte first; as many as `mask` has. Invariant: no bit outside `mask`.
  public let value: [UInt8]
  public let mask: [UInt8]
  /// Whether the wire has, or had, a mask; without one all bits are demanded, and of no bits that the option is
  /// there.
  public let isMasked: Bool

  /// Fields of this kind, and the bytes that one can have.
  public static var count: Int { 64 }
  public static var maximumByteCount: Int { 124 }

  /// The same byte count for `value` and `mask`; no `mask` is one of all ones.
  public init(index: UInt8, value: [UInt8], mask: [UInt8]? = nil) {
    self.index = index
    self.mask = mask ?? [UInt8](repeating: 0xff, count: value.count)
    self.value = zip(value, self.mask).map { $0 & $1 }
    isMasked = mask.map { $0.contains { $0 != 0xff } } ?? false
  }

  func isWithin(_ other: TunnelMetadataMatch) -> Bool {
    guard index == other.index, value.count == other.value.count else { return false }
    return value.indices.allSatisfy {
      mask[$0] & other.mask[$0] == other.mask[$0] && value[$0] & other.mask[$0] == other.value[$0]
    }
  }

  func overlaps(_ other: TunnelMetadataMatch) -> Bool {
    guard index == other.index, value.count == other.value.count else { return true }
    return value.indices.allSatisfy { (value[$0] ^ other.value[$0]) & mask[$0] & other.mask[$0] == 0 }
  }
}
