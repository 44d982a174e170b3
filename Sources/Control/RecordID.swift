/// What tells a record apart that has no name of its own: a random UUID. RFC 9562, section 5.4.
public struct RecordID: Hashable, Sendable, CustomStringConvertible {
  private let bits: UInt128

  /// One that no other record has.
  static func random() -> RecordID {
    let version = (UInt128(0xf000) << 64, UInt128(0x4000) << 64)
    let variant = (UInt128(0xc000) << 48, UInt128(0x8000) << 48)
    var bits = UInt128.random(in: .min ... .max)
    bits = bits & ~version.0 | version.1
    bits = bits & ~variant.0 | variant.1
    return RecordID(bits: bits)
  }

  private init(bits: UInt128) { self.bits = bits }

  /// `nil` unless `text` is 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
  init?(_ text: String) {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    guard groups.map(\.count) == [8, 4, 4, 4, 12], !text.contains("+"),
      let bits = UInt128(groups.joined(), radix: 16)
    else { return nil }
    self.bits = bits
  }

  public var description: String {
    let high = hexadecimal(UInt64(truncatingIfNeeded: bits >> 64), digits: 16)
    let low = hexadecimal(UInt64(truncatingIfNeeded: bits), digits: 16)
    return "\(high.prefix(8))-\(high.dropFirst(8).prefix(4))-\(high.dropFirst(12))-\(low.prefix(4))"
      + "-\(low.dropFirst(4))"
  }
}
