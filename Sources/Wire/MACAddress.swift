/// An Ethernet address, 48 bits. IEEE 802-2014 section 8.
@frozen public struct MACAddress: RawRepresentable, Hashable, Sendable {
  /// The address in the low 48 bits, first octet most significant.
  public var rawValue: UInt64

  /// Bits above the low 48 are dropped.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue & 0xffff_ffff_ffff }

  @inlinable public static var broadcast: MACAddress { .init(rawValue: 0xffff_ffff_ffff) }

  /// The I/G bit: the address names a group.
  @inlinable public var isMulticast: Bool { rawValue & 0x0100_0000_0000 != 0 }
}

extension MACAddress: LosslessStringConvertible {
  /// The address that `text` spells: six groups of one or two hexadecimal digits with colons between them.
  public init?(_ text: String) { self.init(text.utf8.span) }

  /// The same from UTF-8.
  public init?(_ text: borrowing Span<UInt8>) {
    var value: UInt64 = 0
    var groups = 0
    var digits = 0
    for i in text.indices {
      if text[i] == UInt8(ascii: ":") {
        guard digits > 0, groups < 5 else { return nil }
        groups += 1
        digits = 0
        value <<= 8
      } else {
        guard let digit = hexadecimalDigit(text[i]), digits < 2 else { return nil }
        digits += 1
        value = value & ~0xff | (value & 0xf) << 4 | UInt64(digit)
      }
    }
    guard groups == 5, digits > 0 else { return nil }
    self.init(rawValue: value)
  }

  /// Six groups of two digits: `01:80:c2:00:00:0e`.
  public var description: String {
    var text = ""
    for shift in stride(from: 40, through: 0, by: -8) {
      if shift < 40 { text += ":" }
      appendHexadecimal(rawValue >> UInt64(shift) & 0xff, digits: 2, to: &text)
    }
    return text
  }
}
