/// An IPv4 address. RFC 791.
@frozen public struct IPv4Address: RawRepresentable, Hashable, Sendable {
  /// The first octet is the most significant one.
  public var rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
}

extension IPv4Address: LosslessStringConvertible {
  /// The address that `text` spells: four decimal numbers up to 255 with dots between them. Leading zeros are
  /// refused, because others read them as octal.
  public init?(_ text: String) { self.init(text.utf8.span) }

  /// The same from UTF-8.
  public init?(_ text: borrowing Span<UInt8>) {
    guard let value = Self.parse(text, from: 0) else { return nil }
    self.init(rawValue: value)
  }

  /// Reads from `start` to the end of `text`.
  static func parse(_ text: borrowing Span<UInt8>, from start: Int) -> UInt32? {
    var value: UInt32 = 0
    var octet: UInt32 = 0
    var dots = 0
    var digits = 0
    for i in start..<text.count {
      let byte = text[i]
      switch byte {
      case UInt8(ascii: "."):
        guard digits > 0, dots < 3 else { return nil }
        value = value << 8 | octet
        octet = 0
        digits = 0
        dots += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        guard digits == 0 || octet > 0 else { return nil }
        octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
        digits += 1
        guard octet <= 255 else { return nil }
      default: return nil
      }
    }
    guard dots == 3, digits > 0 else { return nil }
    return value << 8 | octet
  }

  public var description: String {
    "\(rawValue >> 24).\(rawValue >> 16 & 0xff).\(rawValue >> 8 & 0xff).\(rawValue & 0xff)"
  }
}
